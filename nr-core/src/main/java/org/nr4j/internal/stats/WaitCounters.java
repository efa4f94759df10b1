package org.nr4j.internal.stats;

import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.nr4j.NrStats;

/** Counts waits by kind, for the statistics. Only threads that are waiting anyway update it. */
public final class WaitCounters {
    private final LongAdder spins = new LongAdder();
    private final LongAdder yields = new LongAdder();
    private final LongAdder parks = new LongAdder();
    private final LongAdder logFull = new LongAdder();
    private final LongAdder behind = new LongAdder();

    public void spun(int runs) {
        spins.add(runs);
    }

    public void yielded() {
        yields.increment();
    }

    /** A thread is about to park. */
    public void parked() {
        parks.increment();
    }

    /** A thread that had an entry to append found no room in the log. */
    public void logWasFull() {
        logFull.increment();
    }

    /** A thread that had an entry to append found a follower too far behind. */
    public void followerWasBehind() {
        behind.increment();
    }

    /** Returns the sums of all these counters. */
    public static NrStats.Waits sum(Collection<WaitCounters> all) {
        return new NrStats.Waits(
                sum(all, each -> each.spins),
                sum(all, each -> each.yields),
                sum(all, each -> each.parks),
                sum(all, each -> each.logFull),
                sum(all, each -> each.behind));
    }

    private static long sum(Collection<WaitCounters> all, Function<WaitCounters, LongAdder> kind) {
        return all.stream().map(kind).mapToLong(LongAdder::sum).sum();
    }
}
