package org.nr4j.kv;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Instant;
import org.nr4j.topology.NumaTopology;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Tests entries that expire. From the first such entry on, writes carry the time. */
public final class Expiring {
    /** A fixed topology, because detecting it would take longer than the test. */
    private static final NumaTopology ONE_NODE = NumaTopology.simulated(1, 2);

    private Expiring() {}

    private static final byte[] KEY = {};
    private static final int NOT_YET = -1;

    /** A write that begins after the expiry of the first such entry finds it gone. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "there was no entry yet")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the entry was gone")
    @Outcome(expect = FORBIDDEN, desc = "the entry was there after its instant")
    @State
    public static class FirstEntryAndWrite {
        private static final Expiry AT_ONE = Expiry.at(Instant.ofEpochMilli(1));

        private volatile long now;
        private final KeyValueStore store = KeyValueStore.builder()
                .topology(ONE_NODE)
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

    /** Dropped: the rule that the flag for expiring entries is set before the first such entry is in the log. */
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
}
