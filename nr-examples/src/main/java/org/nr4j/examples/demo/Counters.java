package org.nr4j.examples.demo;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.nr4j.Dispatch;

/**
 * A map of counters. A write adds one to a counter. A read looks at one counter, or in an ordered map at several in a
 * row.
 */
final class Counters implements Subject<Counters.Read, Counters.Increment> {
    private static final int RANGE = 8;

    private final boolean isOrdered;
    private final int entries;

    private Counters(boolean isOrdered, int entries) {
        this.isOrdered = isOrdered;
        this.entries = entries;
    }

    static Counters hashed(int entries) {
        return new Counters(/* isOrdered= */ false, entries);
    }

    static Counters ordered(int entries) {
        return new Counters(/* isOrdered= */ true, entries);
    }

    /** The operations that read. */
    sealed interface Read {
        /** Answers the counter of a key. */
        record Get(int key) implements Read {}

        /** Answers the sum of the next counters from a key on. */
        record Sum(int from) implements Read {}

        /** Answers a measure of the whole map. */
        record Measured(Measure measure) implements Read {}
    }

    /** The operation that writes: adds one to the counter of a key and answers its new value. */
    record Increment(int key) {}

    /** The operations on any map whose {@code merge} is atomic enough for its use. */
    private static class Hashed implements Dispatch<Read, Increment, Long> {
        private final Map<Integer, Long> counters;

        Hashed(Map<Integer, Long> counters) {
            this.counters = counters;
        }

        @Override
        public Long dispatch(Read op) {
            if (op instanceof Read.Get get) {
                return counters.get(get.key());
            }
            if (op instanceof Read.Sum sum) {
                return sum(sum.from());
            }
            return measure(((Read.Measured) op).measure());
        }

        @Override
        public Long dispatchMut(Increment op) {
            return counters.merge(op.key(), 1L, Long::sum);
        }

        long sum(int from) {
            throw new AssertionError("a hash map has no ranges: from=" + from);
        }

        private long measure(Measure measure) {
            long result = 0;
            for (Map.Entry<Integer, Long> entry : counters.entrySet()) {
                result += switch (measure) {
                    case COUNT -> entry.getValue();
                    case CHECKSUM -> entry.getValue() * Hash.of(entry.getKey());
                    case DIGEST -> Hash.of(Hash.of(entry.getKey()) ^ entry.getValue());
                };
            }
            return result;
        }
    }

    private static final class Ordered extends Hashed {
        private final NavigableMap<Integer, Long> counters;

        Ordered(NavigableMap<Integer, Long> counters) {
            super(counters);
            this.counters = counters;
        }

        @Override
        long sum(int from) {
            long sum = 0;
            int left = RANGE;
            for (Long value : counters.tailMap(from, true).values()) {
                sum += value;
                if (--left == 0) {
                    break;
                }
            }
            return sum;
        }
    }

    @Override
    public String name() {
        return String.format(Locale.ROOT, "%s of %,d counters", isOrdered ? "TreeMap" : "HashMap", entries);
    }

    @Override
    public String reads() {
        return isOrdered ? "one counter, or the sum of " + RANGE + " in a row" : "one counter";
    }

    @Override
    public String writes() {
        return "add 1 to a counter";
    }

    @Override
    public Dispatch<Read, Increment, Long> sequential() {
        return isOrdered ? new Ordered(filled(TreeMap::new)) : new Hashed(filled(HashMap::new));
    }

    @Override
    public Optional<Concurrent<Read, Increment>> concurrent() {
        return Optional.of(
                isOrdered
                        ? new Concurrent<>(
                                "ConcurrentSkipListMap",
                                new Ordered(filled(ConcurrentSkipListMap::new)),
                                "read a range in one step")
                        : new Concurrent<>(
                                "ConcurrentHashMap",
                                new Hashed(filled(ConcurrentHashMap::new)),
                                "offer steps over several keys"));
    }

    private <M extends Map<Integer, Long>> M filled(Supplier<M> empty) {
        M map = empty.get();
        for (int key = 0; key < entries; key++) {
            map.put(key, 0L);
        }
        return map;
    }

    @Override
    public Read randomRead(Dice dice) {
        int key = dice.below(entries);
        return isOrdered && dice.coin() ? new Read.Sum(key) : new Read.Get(key);
    }

    @Override
    public Increment randomWrite(Dice dice) {
        return new Increment(dice.below(entries));
    }

    @Override
    public Read measuring(Measure measure) {
        return new Read.Measured(measure);
    }

    @Override
    public void account(Increment op, long answer, Account account) {
        account.add(op.key(), 1);
    }
}
