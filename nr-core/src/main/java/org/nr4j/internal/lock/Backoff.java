package org.nr4j.internal.lock;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.stats.WaitCounters;
import org.nr4j.internal.thread.ThreadKind;

/**
 * One wait of one thread: says when to spin, when to yield, and when nothing but parking is left.
 */
public final class Backoff implements AutoCloseable {
    private static final int SHORT_RUN = 4;
    private static final int FIRST_RUN = 8;
    private static final int LONGEST_RUN = 64;
    private static final int VIRTUAL_SPINS = 20;
    private static final int VIRTUAL_YIELDS = 2;

    /**
     * The longest time that a thread sleeps without looking around. Whoever leaves a lock wakes those who sleep, unless
     * an error keeps it from doing so: then they find the lock free, or abandoned, after this time.
     */
    private static final long LONGEST_PARK_NANOS = 100_000_000;

    private final WaitStrategy strategy;
    private final WaitCounters counters;
    private final @Nullable Runnable beforeSleep;
    private int spins;
    private int yields;
    private int spinsLeft;
    private int yieldsLeft;
    private int runs;
    private int run;
    private boolean interrupted;

    /** A wait of the calling thread. */
    public Backoff(WaitStrategy strategy, WaitCounters counters) {
        this(strategy, counters, null);
    }

    /** The same. {@code beforeSleep} is called whenever it is time to park; what it throws, {@link #pause} throws. */
    public Backoff(WaitStrategy strategy, WaitCounters counters, @Nullable Runnable beforeSleep) {
        this.strategy = strategy;
        this.counters = counters;
        this.beforeSleep = beforeSleep;
        begin();
    }

    /** A new wait of the calling thread, with the object of an earlier one that was {@linkplain #close closed}. */
    void begin() {
        boolean virtual = ThreadKind.isVirtual(Thread.currentThread());
        spins = virtual ? Math.min(VIRTUAL_SPINS, strategy.spins()) : strategy.spins();
        yields = virtual ? Math.min(VIRTUAL_YIELDS, strategy.yields()) : strategy.yields();
        interrupted = false;
        runs = 0;
        startOver();
    }

    private void startOver() {
        spinsLeft = spins;
        yieldsLeft = yields;
        run = FIRST_RUN;
    }

    /**
     * Spins, each time longer than before, and returns true. Returns false at once when spinning has been long enough.
     * The runs grow so that the line that is watched does not slow down the thread that works on it.
     */
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

    /**
     * Spins shortly, or yields, and returns true. Returns false at once when it is time to park. Spinning is short,
     * since what is waited for is often a matter of a microsecond.
     */
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
     * Parks the thread until it is unparked, for a tenth of a second at most, then begins anew with spinning. It may
     * return for no reason at all. An interrupt is kept for {@link #close}: no wait of this library ends early, and a
     * set flag would turn parking into spinning.
     */
    public void park(Object blocker) {
        counters.parked();
        LockSupport.parkNanos(blocker, LONGEST_PARK_NANOS);
        interrupted |= Thread.interrupted();
        startOver();
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
