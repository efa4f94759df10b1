package org.nr4j.kv;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Entries that expire: from the first one on, writes carry the time; and the thread that removes them does not sleep while there is one. */
public final class Expiring {
    private Expiring() {}

    private static final byte[] KEY = {};
    private static final int NOT_YET = -1;

    /** The next expiry, where nothing expires. */
    private static final Long NONE = Long.MAX_VALUE;

    // ---- the first entry that expires ----

    /** A write that begins after the instant of the first entry that expires finds it gone. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "there was no entry yet")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the entry was gone")
    @Outcome(expect = FORBIDDEN, desc = "the entry was there after its instant")
    @State
    public static class FirstEntryAndWrite {
        private static final Expiry AT_ONE = Expiry.at(Instant.ofEpochMilli(1));

        private volatile long now;
        private final KeyValueStore store = KeyValueStore.builder()
                .replicas(1)
                .clock(() -> Instant.ofEpochMilli(now))
                .build();

        @Actor
        public void first() {
            store.set(KEY, KEY, AT_ONE);
        }

        @Actor
        public void later(I_Result r) {
            if (!store.contains(KEY)) {
                r.r1 = NOT_YET;
            } else {
                now = 1;
                r.r1 = store.putIfAbsent(KEY, KEY) == null ? 1 : 0;
            }
        }

        @Arbiter
        public void arbiter() {
            store.close();
        }
    }

    /** Dropped: that there are entries that expire is known before the first one is in the log. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "there was no entry yet")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the entry was gone")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "the entry was there after its instant")
    @State
    public static class FirstEntryAndWriteWeakened {
        private volatile boolean used;
        private volatile boolean there;

        @Actor
        public void first() {
            there = true;
            used = true;
        }

        @Actor
        public void later(I_Result r) {
            r.r1 = there ? used ? 1 : 0 : NOT_YET;
        }
    }

    // ---- sleeping and waking ----

    /** Writes of entries that are due at the next look at the clock, each beside the thread that has removed the one before and goes to sleep. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "all removed")
    @Outcome(expect = FORBIDDEN, desc = "asleep, with an entry to remove")
    @State
    public static class WriteAndSleep {
        private static final int WRITES = 100;
        private static final long PATIENCE_NANOS = 1_000_000_000;
        private static final Expiry NEXT_TICK = Expiry.after(Duration.ofMillis(1));

        /** Every look at the clock is a tick. */
        private final AtomicLong ticks = new AtomicLong();

        private final KeyValueStore store = KeyValueStore.builder()
                .replicas(1)
                .clock(() -> Instant.ofEpochMilli(ticks.incrementAndGet()))
                .build();

        @Actor
        public void writer(I_Result r) {
            for (int i = 0; i < WRITES; i++) {
                store.set(KEY, KEY, NEXT_TICK);
                if (!awaitRemoved()) {
                    return;
                }
            }
            r.r1 = 1;
        }

        /** Looks as one who removes nothing. */
        private boolean awaitRemoved() {
            long start = System.nanoTime();
            while (!NONE.equals(
                    store.replicated().execute(replica -> replica.tree().minExpiry()))) {
                if (System.nanoTime() - start > PATIENCE_NANOS) {
                    return false;
                }
                Thread.onSpinWait();
            }
            return true;
        }

        @Arbiter
        public void arbiter() {
            store.close();
        }
    }

    /** Dropped: it says that it sleeps before it looks for entries. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 1", "1, 0"},
            expect = ACCEPTABLE,
            desc = "saw the entry, or was woken")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "asleep, with an entry to remove")
    @State
    public static class WriteAndSleepWeakened {
        private volatile boolean asleep;
        private volatile boolean there;

        @Actor
        public void writer(II_Result r) {
            there = true;
            r.r1 = asleep ? 1 : 0;
        }

        @Actor
        public void collector(II_Result r) {
            boolean none = !there;
            asleep = true;
            r.r2 = none ? 1 : 0;
        }
    }
}
