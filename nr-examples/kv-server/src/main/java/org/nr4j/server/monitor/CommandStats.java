package org.nr4j.server.monitor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.nr4j.server.command.Command;

/** How often each command ran, what became of it, and how long it took. For any number of threads. */
public final class CommandStats {
    /** Up to 2^30 microseconds, which are 18 minutes. */
    private static final int BUCKETS = 31;

    /** By the name of the command as the table has it, which needs no conversion. */
    private final Map<String, Counts> all = new ConcurrentHashMap<>();

    /** What is known of one command. */
    private static final class Counts {
        final LongAdder calls = new LongAdder();
        final LongAdder micros = new LongAdder();
        final LongAdder rejected = new LongAdder();
        final LongAdder failed = new LongAdder();
        final LongAdder[] buckets = new LongAdder[BUCKETS];

        Counts() {
            Arrays.setAll(buckets, bucket -> new LongAdder());
        }

        Calls calls() {
            return new Calls(calls.sum(), micros.sum(), rejected.sum(), failed.sum());
        }
    }

    /**
     * What became of the calls of a command.
     *
     * @param calls how often it ran
     * @param micros how many microseconds it took, in all
     * @param rejected how often it was not allowed to run
     * @param failed how often it ran and answered an error
     */
    public record Calls(long calls, long micros, long rejected, long failed) {}

    private Counts of(Command command) {
        Counts counts = all.get(command.name());
        return counts == null ? all.computeIfAbsent(command.name(), name -> new Counts()) : counts;
    }

    /** Counts a command that ran. */
    void ran(Command command, long micros, boolean inHistogram) {
        Counts counts = of(command);
        counts.calls.increment();
        if (micros > 0) {
            counts.micros.add(micros);
        }
        if (inHistogram) {
            counts.buckets[bucket(micros)].increment();
        }
    }

    /** Counts a command that was not allowed to run. */
    public void rejected(Command command) {
        of(command).rejected.increment();
    }

    /** Counts an error as the answer of a command that ran. */
    public void failed(Command command) {
        of(command).failed.increment();
    }

    /** Returns the number of the first bucket that has a time: bucket i has up to 2^i microseconds. */
    private static int bucket(long micros) {
        return micros <= 1 ? 0 : Math.min(BUCKETS - 1, Long.SIZE - Long.numberOfLeadingZeros(micros - 1));
    }

    /** Returns what became of the calls of each command, by its name in lower case. */
    public SortedMap<String, Calls> calls() {
        SortedMap<String, Calls> result = new TreeMap<>();
        all.forEach((name, counts) -> result.put(name.toLowerCase(Locale.ROOT), counts.calls()));
        return result;
    }

    /** Returns all commands that have run, each with how often it took up to some microseconds. */
    public Map<String, Map<Long, Long>> cumulated() {
        Map<String, Map<Long, Long>> result = new TreeMap<>();
        all.forEach((name, counts) -> {
            Map<Long, Long> cumulated = new LinkedHashMap<>();
            long sum = 0;
            for (int i = 0; i < BUCKETS; i++) {
                long count = counts.buckets[i].sum();
                sum += count;
                if (count > 0) {
                    cumulated.put(1L << i, sum);
                }
            }
            if (sum > 0) {
                result.put(name.toLowerCase(Locale.ROOT), cumulated);
            }
        });
        return result;
    }

    /** Forgets all. */
    public void clear() {
        all.clear();
    }
}
