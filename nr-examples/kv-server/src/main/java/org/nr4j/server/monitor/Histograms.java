package org.nr4j.server.monitor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.nr4j.server.command.Command;

/** How often each command took how long. For any number of threads. */
public final class Histograms {
    /** Up to 2^30 microseconds, which are 18 minutes. */
    private static final int BUCKETS = 31;

    /** By the name of the command as the table has it, which needs no conversion. */
    private final Map<String, LongAdder[]> all = new ConcurrentHashMap<>();

    /** Counts a command. */
    public void add(Command command, long micros) {
        LongAdder[] counts = all.get(command.name());
        if (counts == null) {
            counts = all.computeIfAbsent(command.name(), name -> newCounts());
        }
        counts[bucket(micros)].increment();
    }

    private static LongAdder[] newCounts() {
        LongAdder[] counts = new LongAdder[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] = new LongAdder();
        }
        return counts;
    }

    /** Returns the number of the first bucket that has a time: bucket i has up to 2^i microseconds. */
    private static int bucket(long micros) {
        return micros <= 1 ? 0 : Math.min(BUCKETS - 1, Long.SIZE - Long.numberOfLeadingZeros(micros - 1));
    }

    /** Returns all commands that have run, each with how often it took up to some microseconds. */
    public Map<String, Map<Long, Long>> cumulated() {
        Map<String, Map<Long, Long>> result = new TreeMap<>();
        all.forEach((name, counts) -> {
            Map<Long, Long> cumulated = new LinkedHashMap<>();
            long sum = 0;
            for (int i = 0; i < BUCKETS; i++) {
                long count = counts[i].sum();
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
