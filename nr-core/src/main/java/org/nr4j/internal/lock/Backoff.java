package org.nr4j.internal.lock;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.stats.WaitCounters;

/**
 * One wait of one thread: says when to spin, when to yield, and when nothing but parking is left.
 */
public final class Backoff implements AutoCloseable {
    private static final int SHORT_RUN = 4;
    private static final int FIRST_RUN = 8;
    private static final int LONGEST_RUN = 64;
    private static final int VIRTUAL_SPINS = 20;
    private static final int VIRTUAL_YIELDS = 2;

    private final WaitCounters counters;
    private final @Nullable Runnable beforeSleep;
    private final int spins;
    private final int yields;
    private int spinsLeft;
    private int yieldsLeft;
    private int runs;
    private int run = FIRST_RUN;
    private boolean interrupted;

    /** A wait of the calling thread. */
    public Backoff(WaitStrategy strategy, WaitCounters counters) {
        this(strategy, counters, null);
    }

    /** The same. {@code beforeSleep} is called whenever it is time to park; what it throws, {@link #pause} throws. */
    public Backoff(WaitStrategy strategy, WaitCounters counters, @Nullable Runnable beforeSleep) {
        boolean virtual = ThreadKind.isVirtual(Thread.currentThread());
        this.counters = counters;
        this.beforeSleep = beforeSleep;
        this.spins = virtual ? Math.min(VIRTUAL_SPINS, strategy.spins()) : strategy.spins();
        this.yields = virtual ? Math.min(VIRTUAL_YIELDS, strategy.yields()) : strategy.yields();
        this.spinsLeft = spins;
        this.yieldsLeft = yields;
    }

    /** Spins, each time longer than before, and returns true; or returns false at once: spinning has been long enough. For one who does not want the line it watches to be what slows down the thread that works on it. */
    public boolean spin() {
        if (!spin(run)) {
            return false;
        }
        run = Math.min(run * 2, LONGEST_RUN);
        return true;
    }

    private boolean spin(int times) {
        if (spinsLeft <= 0) {
            return false;
        }
        runs++;
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
        spinsLeft -= times;
        return true;
    }

    /** Spins shortly, since what is waited for is often a matter of a microsecond, or yields, once, and returns true, or returns false at once: it is time to park. */
    @SuppressWarnings("ThreadPriorityCheck") // yields are counted and few, and parking follows
    public boolean pause() {
        if (spin(SHORT_RUN)) {
            return true;
        }
        if (yieldsLeft > 0) {
            yieldsLeft--;
            counters.yielded();
            Thread.yield();
            return true;
        }
        if (beforeSleep != null) {
            beforeSleep.run();
        }
        return false;
    }

    /**
     * Parks the thread until it is unparked (or for no reason at all), then begins anew with spinning. An interrupt is kept for {@link #close}: no wait of
     * this library ends early, and a set flag would turn parking into spinning.
     */
    public void park(Object blocker) {
        counters.parked();
        LockSupport.park(blocker);
        interrupted |= Thread.interrupted();
        spinsLeft = spins;
        yieldsLeft = yields;
        run = FIRST_RUN;
    }

    /** One step of a wait that nobody ends by unparking: spins, yields, or sleeps for {@code nanos}. */
    public void pauseOrSleep(Object blocker, long nanos) {
        if (!pause()) {
            sleep(blocker, nanos);
        }
    }

    /** Sleeps, when it is time to, until unparked at most. An interrupt is kept as by {@link #park}. */
    public void sleep(Object blocker, long nanos) {
        counters.parked();
        LockSupport.parkNanos(blocker, nanos);
        interrupted |= Thread.interrupted();
    }

    /** The wait is over: gives the thread back an interrupt that arrived meanwhile. */
    @Override
    public void close() {
        if (runs > 0) {
            counters.spun(runs);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
