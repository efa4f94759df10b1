package org.nr4j.internal.lock;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.stats.WaitCounters;
import org.nr4j.internal.thread.ThreadKind;

/** One wait of one thread. It says when to spin, when to yield, and when to park. */
public final class Backoff implements AutoCloseable {
    private static final int SHORT_RUN = 4;
    private static final int FIRST_RUN = 8;
    private static final int LONGEST_RUN = 64;
    private static final int VIRTUAL_SPINS = 20;
    private static final int VIRTUAL_YIELDS = 2;

    /**
     * The longest time that a thread sleeps without looking at the lock, in nanoseconds. A thread that leaves a lock
     * wakes the sleeping threads, unless an error keeps it from doing so. Then they find the lock free, or abandoned,
     * after this time.
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

    /** Creates a wait of the calling thread. */
    public Backoff(WaitStrategy strategy, WaitCounters counters) {
        this(strategy, counters, null);
    }

    /**
     * Creates a wait of the calling thread. Whenever it is time to park, {@link #pause} calls {@code beforeSleep}, and
     * throws what that throws.
     */
    public Backoff(WaitStrategy strategy, WaitCounters counters, @Nullable Runnable beforeSleep) {
        this.strategy = strategy;
        this.counters = counters;
        this.beforeSleep = beforeSleep;
        begin();
    }

    /**
     * Begins another wait of the calling thread, with the same object. The earlier wait must be {@linkplain #close
     * closed}.
     */
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
     * Spins, each time longer than before, and returns true. Once the thread has spun long enough, returns false at
     * once. The growing pauses keep the watched cache line from slowing down the thread that works on it.
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
     * Spins shortly, or yields, and returns true. Returns false at once when it is time to park. The spins are short,
     * since most waits are over within about a microsecond.
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
     * Parks the thread until it is unparked, for a tenth of a second at most, then starts again with spinning. May
     * return for no reason. Keeps an interrupt for {@link #close}: no wait of this library ends early, and a set
     * interrupt status would turn parking into spinning.
     */
    public void park(Object blocker) {
        counters.parked();
        LockSupport.parkNanos(blocker, LONGEST_PARK_NANOS);
        interrupted |= Thread.interrupted();
        startOver();
    }

    /** Does one step of a wait that no thread ends by unparking: spins, yields, or sleeps for {@code nanos}. */
    public void pauseOrSleep(Object blocker, long nanos) {
        if (!pause()) {
            sleep(blocker, nanos);
        }
    }

    /**
     * Sleeps for {@code nanos}, or until the thread is unparked. Call this once {@link #pause} has returned false.
     * Keeps an interrupt as {@link #park} does.
     */
    public void sleep(Object blocker, long nanos) {
        counters.parked();
        LockSupport.parkNanos(blocker, nanos);
        interrupted |= Thread.interrupted();
    }

    /** Ends the wait. If an interrupt arrived meanwhile, sets the thread's interrupt status again. */
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
