package org.nr4j.examples.demo;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.PriorityBlockingQueue;
import org.nr4j.Dispatch;

/**
 * A collection that has a next item: the smallest, or the newest. Half of the writes add an item, half take the next
 * one. A read looks at the next item.
 */
final class Items implements Subject<Items.Read, Items.Write> {
    /** The answer if there is no item. Items are positive. */
    private static final long NONE = 0;

    private static final long MASK = (1L << 40) - 1;
    private static final long CONTENTS_SEED = 1;

    private final boolean isStack;
    private final int entries;

    private Items(boolean isStack, int entries) {
        this.isStack = isStack;
        this.entries = entries;
    }

    static Items queue(int entries) {
        return new Items(/* isStack= */ false, entries);
    }

    static Items stack(int entries) {
        return new Items(/* isStack= */ true, entries);
    }

    /** The operations that read. */
    sealed interface Read {
        /** Answers the next item. */
        record Peek() implements Read {}

        /** Answers a measure of all items. */
        record Measured(Measure measure) implements Read {}
    }

    /** The operations that write. Both answer the item. */
    sealed interface Write {
        /** Adds an item. */
        record Add(long item) implements Write {}

        /** Takes the next item. */
        record Take() implements Write {}
    }

    /** The operations on any queue. */
    private record Queued(Queue<Long> items) implements Dispatch<Read, Write, Long> {
        @Override
        public Long dispatch(Read op) {
            return op instanceof Read.Peek ? orNone(items.peek()) : measure(((Read.Measured) op).measure());
        }

        @Override
        public Long dispatchMut(Write op) {
            if (op instanceof Write.Add add) {
                items.add(add.item());
                return add.item();
            }
            return orNone(items.poll());
        }

        private static Long orNone(Long item) {
            return item == null ? NONE : item;
        }

        private long measure(Measure measure) {
            long result = 0;
            for (long item : items) {
                result = switch (measure) {
                    case COUNT -> result + 1;
                    case CHECKSUM -> result + Hash.of(item);
                    case DIGEST -> Hash.of(result ^ item); // their order counts, too
                };
            }
            return result;
        }
    }

    @Override
    public String name() {
        return String.format(
                Locale.ROOT, "%s of %,d items", isStack ? "ArrayDeque as a stack" : "PriorityQueue", entries);
    }

    @Override
    public String reads() {
        return "look at the next item";
    }

    @Override
    public String writes() {
        return "add an item, or take the next one";
    }

    @Override
    public Dispatch<Read, Write, Long> sequential() {
        return filled(isStack ? Collections.asLifoQueue(new ArrayDeque<>()) : new PriorityQueue<>());
    }

    @Override
    public Optional<Concurrent<Read, Write>> concurrent() {
        return Optional.of(
                isStack
                        ? new Concurrent<>(
                                "ConcurrentLinkedDeque",
                                filled(Collections.asLifoQueue(new ConcurrentLinkedDeque<>())),
                                "offer steps over several items")
                        : new Concurrent<>(
                                "PriorityBlockingQueue",
                                filled(new PriorityBlockingQueue<>()),
                                "offer steps over several items"));
    }

    private Queued filled(Queue<Long> items) {
        Dice dice = new Dice(CONTENTS_SEED);
        for (int i = 0; i < entries; i++) {
            items.add(randomItem(dice));
        }
        return new Queued(items);
    }

    private static long randomItem(Dice dice) {
        return 1 + (dice.next() & MASK);
    }

    @Override
    public Read randomRead(Dice dice) {
        return new Read.Peek();
    }

    @Override
    public Write randomWrite(Dice dice) {
        return dice.coin() ? new Write.Add(randomItem(dice)) : new Write.Take();
    }

    @Override
    public Read measuring(Measure measure) {
        return new Read.Measured(measure);
    }

    @Override
    public void account(Write op, long answer, Account account) {
        if (answer != NONE) {
            account.add(answer, op instanceof Write.Add ? 1 : -1);
        }
    }
}
