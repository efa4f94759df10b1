package org.nr4j;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.nr4j.linearizability.Command;

/**
 * Remembers every write, in order, so that a test can find writes that were lost, repeated or moved. The commands below
 * run on it; a test may make others. It is a plain structure itself. It counts wrong use by the library, that is, a
 * write beside another operation.
 */
final class Journal implements Dispatch<Command<Journal>, Command<Journal>, Object>, AutoCloseable {
    /** The number of the replica. */
    final int replica;

    final List<Object> entries = new ArrayList<>();
    volatile boolean closed;

    private final AtomicInteger readers = new AtomicInteger();
    private final AtomicInteger writers = new AtomicInteger();

    Journal(int replica) {
        this.replica = replica;
    }

    /** A copy for another replica. */
    Journal copyFor(int replica) {
        requireAlone(writers.get() == 0);
        Journal copy = new Journal(replica);
        copy.entries.addAll(entries);
        requireAlone(writers.get() == 0);
        return copy;
    }

    /** The thread that wrote, and the number of the write among those of the thread. */
    record Entry(int thread, int number) {}

    /** Thrown by {@link #appendThenThrow}. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;

        final transient Object entry;

        Refusal(Object entry) {
            super("refused: " + entry);
            this.entry = entry;
        }
    }

    /** Answers the place of the entry. */
    static Command<Journal> append(Object entry) {
        return Command.write("append(" + entry + ")", journal -> journal.add(entry));
    }

    static Command<Journal> append(int thread, int number) {
        return append(new Entry(thread, number));
    }

    static Command<Journal> appendThenThrow(Object entry) {
        return Command.write("appendThenThrow(" + entry + ")", journal -> {
            journal.add(entry);
            throw new Refusal(entry);
        });
    }

    static Command<Journal> write(Function<Journal, Object> body) {
        return Command.write("write", body);
    }

    static Command<Journal> read(Function<Journal, Object> body) {
        return Command.read("read", body);
    }

    static Command<Journal> size() {
        return Command.read("size", journal -> journal.entries.size());
    }

    /** Answers a copy. */
    static Command<Journal> all() {
        return Command.read("all", journal -> List.copyOf(journal.entries));
    }

    int add(Object entry) {
        entries.add(entry);
        return entries.size() - 1;
    }

    @Override
    public Object dispatch(Command<Journal> op) {
        readers.incrementAndGet();
        try {
            requireAlone(writers.get() == 0);
            return op.applyTo(this);
        } finally {
            readers.decrementAndGet();
        }
    }

    @Override
    public Object dispatchMut(Command<Journal> op) {
        int others = writers.getAndIncrement();
        try {
            requireAlone(others == 0 && readers.get() == 0);
            return op.applyTo(this);
        } finally {
            requireAlone(readers.get() == 0);
            writers.decrementAndGet();
        }
    }

    @Override
    public void close() {
        requireAlone(writers.get() == 0 && readers.get() == 0 && !closed);
        closed = true;
    }

    private static void requireAlone(boolean alone) {
        if (!alone) {
            throw new AssertionError("a write met another operation on the same replica, or close was called twice");
        }
    }
}
