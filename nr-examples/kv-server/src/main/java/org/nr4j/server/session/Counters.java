package org.nr4j.server.session;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.table.CommandTable;

/**
 * What the connections of one event loop have done. The thread of the event loop counts; it shares no counter with
 * another, so counting costs little. Any thread reads, perhaps a little late.
 */
public final class Counters {
    /** Filled when created, and not changed later, so that any thread may read it. */
    private final IdentityHashMap<Command, Calls> calls = new IdentityHashMap<>();

    private final AtomicLong received = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();

    Counters() {
        CommandTable.instance().all().forEach(command -> calls.put(command, new Calls()));
    }

    private static final class Calls {
        final AtomicLong done = new AtomicLong();
        final AtomicLong failed = new AtomicLong();
    }

    private static void add(AtomicLong counter, long number) {
        counter.setOpaque(counter.getPlain() + number);
    }

    /** Counts a command that has its reply. */
    void ran(Command command, boolean failed) {
        Calls counts = calls.get(command);
        if (counts != null) {
            add(failed ? counts.failed : counts.done, 1);
        }
    }

    /** Counts bytes that have come. */
    public void received(int bytes) {
        add(received, bytes);
    }

    /** Counts bytes that are sent. */
    public void sent(int bytes) {
        add(sent, bytes);
    }

    /**
     * Sums of counters.
     *
     * @param commands by the name: how often the command has answered
     */
    public record Sums(long received, long sent, Map<String, Outcomes> commands) {}

    /** How often a command has answered without an error, and with one. */
    public record Outcomes(long done, long failed) {
        private Outcomes plus(Outcomes other) {
            return new Outcomes(done + other.done, failed + other.failed);
        }
    }

    static Sums sum(Collection<Counters> all) {
        long received = 0;
        long sent = 0;
        Map<String, Outcomes> commands = new TreeMap<>();
        for (Counters counters : all) {
            received += counters.received.getOpaque();
            sent += counters.sent.getOpaque();
            counters.calls.forEach((command, counts) -> {
                Outcomes outcomes = new Outcomes(counts.done.getOpaque(), counts.failed.getOpaque());
                if (outcomes.done + outcomes.failed > 0) {
                    commands.merge(command.fullName(), outcomes, Outcomes::plus);
                }
            });
        }
        return new Sums(received, sent, commands);
    }
}
