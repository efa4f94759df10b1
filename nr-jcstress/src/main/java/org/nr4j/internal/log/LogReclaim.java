package org.nr4j.internal.log;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.nr4j.internal.padding.PaddedLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * Tests the reuse of the log's slots. A thread that replays the log never gets an entry of another lap, nor a cleared
 * one.
 */
public final class LogReclaim {
    private LogReclaim() {}

    private static final int OTHER_LAP = -3;

    /** One replica with a full log. The steps are those of {@code Replica} and {@code ReplicaSet}. */
    private static final class FullLog {
        final OperationLog log = new OperationLog(1);
        final PaddedLong localTail = new PaddedLong();

        FullLog() {
            log.tryAppend(Entries.of(0));
        }

        int read(long index) {
            try {
                return Entries.valueOf(log.entry(index));
            } catch (IllegalStateException e) {
                return OTHER_LAP;
            }
        }

        boolean reclaimAndAppend(int value) {
            log.advanceHead(localTail.getAcquire());
            return log.tryAppend(Entries.of(value));
        }
    }

    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "still full for the appender")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "replayed, then reused")
    @Outcome(expect = FORBIDDEN, desc = "the entry was gone")
    @State
    public static class ReplayBesideReuse {
        private final FullLog full = new FullLog();

        @Actor
        public void replayer(II_Result r) {
            r.r1 = full.read(0);
            full.localTail.setRelease(1);
        }

        @Actor
        public void appender(II_Result r) {
            r.r2 = full.reclaimAndAppend(1) ? 1 : 0;
        }
    }

    /** Dropped: the rule that the entry is read before the local tail is raised. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "still full for the appender")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "replayed, then reused")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "the entry was gone")
    @State
    public static class ReplayBesideReuseWeakened {
        private final FullLog full = new FullLog();

        @Actor
        public void replayer(II_Result r) {
            full.localTail.setRelease(1);
            r.r1 = full.read(0);
        }

        @Actor
        public void appender(II_Result r) {
            r.r2 = full.reclaimAndAppend(1) ? 1 : 0;
        }
    }

    /** In a full log of two entries, the first entry is cleared while another thread reuses its slot. */
    @JCStressTest
    @Outcome(id = "0, -3", expect = ACCEPTABLE, desc = "still full for the appender")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "appended")
    @Outcome(expect = FORBIDDEN, desc = "the new entry is gone")
    @State
    public static class LetGoBesideReuse {
        private final OperationLog log = new OperationLog(2);

        public LetGoBesideReuse() {
            log.tryAppend(Entries.of(0));
            log.tryAppend(Entries.of(1));
        }

        @Actor
        public void reclaimer() {
            log.advanceHead(2);
        }

        @Actor
        public void appender(II_Result r) {
            r.r1 = log.tryAppend(Entries.of(2)) ? 1 : 0;
        }

        @Arbiter
        public void arbiter(II_Result r) {
            LogEntry entry = log.entryIfHeld(2);
            r.r2 = entry == null ? OTHER_LAP : Entries.valueOf(entry);
        }
    }

    /** Weakened: the slot is read and then written, instead of exchanged. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "still full for the appender")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "appended")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "the new entry is gone")
    @State
    public static class LetGoBesideReuseWeakened {
        private final AtomicInteger slot = new AtomicInteger(0);
        private volatile boolean reclaimed;

        @Actor
        public void reclaimer() {
            reclaimed = true;
            if (slot.get() == 0) {
                slot.set(1);
            }
        }

        @Actor
        public void appender(II_Result r) {
            int previous = slot.get();
            r.r1 = reclaimed && slot.compareAndSet(previous, 2) ? 1 : 0;
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = slot.get();
        }
    }

    /** Several laps of a log of two entries, while all actors run. */
    private static final class Laps {
        private static final int ENTRIES = 6;
        private static final int PATIENCE = 100;

        final OperationLog log = new OperationLog(2);
        final PaddedLong localTail = new PaddedLong();

        void append() {
            for (int value = 0; value < ENTRIES; value++) {
                LogEntry entry = Entries.of(value);
                for (int i = 0; !log.tryAppend(entry); i++) {
                    if (i == PATIENCE) {
                        return;
                    }
                    Thread.onSpinWait();
                }
            }
        }

        /** Returns true if each entry had the value that was appended at its index. */
        boolean replay() {
            long index = 0;
            for (int i = 0; i < PATIENCE && index < ENTRIES; i++) {
                for (long bound = log.tail(); index < bound; index++) {
                    LogEntry entry;
                    try {
                        entry = log.entry(index);
                    } catch (IllegalStateException e) {
                        return false;
                    }
                    if (Entries.valueOf(entry) != index) {
                        return false;
                    }
                    localTail.setRelease(index + 1);
                }
                Thread.onSpinWait();
            }
            return true;
        }
    }

    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "every entry at its index")
    @Outcome(expect = FORBIDDEN, desc = "an entry was gone")
    @State
    public static class WrapAround {
        private final Laps laps = new Laps();

        @Actor
        public void appender() {
            laps.append();
        }

        @Actor
        public void reclaimer() {
            for (int i = 0; i < Laps.PATIENCE; i++) {
                laps.log.advanceHead(laps.localTail.getAcquire());
            }
        }

        @Actor
        public void replayer(Z_Result r) {
            r.r1 = laps.replay();
        }
    }

    /**
     * Dropped: the rule that the head is advanced no further than the local tail. The appender reclaims, so that two
     * actors are enough.
     */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "every entry at its index")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "an entry was gone")
    @State
    public static class WrapAroundWeakened {
        private final Laps laps = new Laps();

        @Actor
        public void appender() {
            for (int value = 0; value < Laps.ENTRIES; value++) {
                laps.log.tryAppend(Entries.of(value));
                laps.log.advanceHead(laps.log.tail());
            }
        }

        @Actor
        public void replayer(Z_Result r) {
            r.r1 = laps.replay();
        }
    }
}
