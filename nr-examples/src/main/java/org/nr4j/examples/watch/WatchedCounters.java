package org.nr4j.examples.watch;

import java.util.TreeMap;
import org.nr4j.Dispatch;

/** The sequential structure: counters that can be copied, compared, and made to fail. */
final class WatchedCounters implements Dispatch<WatchedCounters.Get, WatchedCounters.Increment, Long> {
    private final TreeMap<Integer, Long> counters;
    private final Fault fault;

    /** The one read: a counter. */
    record Get(int key) {}

    /** The one write: adds one to a counter and answers its new value. */
    record Increment(int key) {}

    private WatchedCounters(TreeMap<Integer, Long> counters, Fault fault) {
        this.counters = counters;
        this.fault = fault;
    }

    static WatchedCounters zeros(int entries, Fault fault) {
        TreeMap<Integer, Long> counters = new TreeMap<>();
        for (int key = 0; key < entries; key++) {
            counters.put(key, 0L);
        }
        return new WatchedCounters(counters, fault);
    }

    @Override
    public Long dispatch(Get op) {
        return counters.get(op.key());
    }

    @Override
    public Long dispatchMut(Increment op) {
        fault.strikeIfArmed();
        return counters.merge(op.key(), 1L, Long::sum);
    }

    WatchedCounters copy() {
        WatchedCounters copy = new WatchedCounters(new TreeMap<>(counters), fault);
        fault.copied();
        return copy;
    }

    /** Returns a number that is equal for equal counters. */
    int digest() {
        return counters.hashCode();
    }

    /** Returns how many writes the counters have counted. */
    long sum() {
        return counters.values().stream().mapToLong(Long::longValue).sum();
    }
}
