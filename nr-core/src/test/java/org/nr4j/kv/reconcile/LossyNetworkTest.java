package org.nr4j.kv.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.testing.Seeded;
import org.nr4j.testing.Soak;

/** Sessions over a simulated network, in virtual time: delay, loss, repetition and reordering. */
class LossyNetworkTest {
    private static final long MILLISECOND = 1_000_000;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    /** A frame on its way. */
    private record Flight(long arrival, long number, byte[] frame, boolean toResponder) implements Comparable<Flight> {
        @Override
        public int compareTo(Flight other) {
            return arrival != other.arrival ? Long.compare(arrival, other.arrival) : Long.compare(number, other.number);
        }
    }

    /** A network that carries the frames of one session. */
    private static final class Network {
        private final PriorityQueue<Flight> flights = new PriorityQueue<>();
        private final RandomGenerator random;
        private final double loss;
        private final double twice;
        private final long jitter;
        private final boolean junk;
        private long now;
        private long sent;

        Network(RandomGenerator random, double loss, double twice, long jitter, boolean junk) {
            this.random = random;
            this.loss = loss;
            this.twice = twice;
            this.jitter = jitter;
            this.junk = junk;
        }

        void send(byte[] frame, boolean toResponder) {
            for (int copies = random.nextDouble() < twice ? 2 : 1; copies > 0; copies--) {
                if (random.nextDouble() >= loss) {
                    long delay = MILLISECOND / 2 + (jitter == 0 ? 0 : random.nextLong(jitter));
                    flights.add(new Flight(now + delay, sent++, frame, toResponder));
                }
            }
        }

        /** Runs a session to its end. Returns the time that it took. */
        long run(ReconcileSession session, ReconcileResponder responder) {
            long nextJunk = 0;
            for (int step = 0; !session.isDone(); step++) {
                assertThat(step).as("steps").isLessThan(200_000);
                for (byte[] frame = session.poll(now); frame != null; frame = session.poll(now)) {
                    send(frame, true);
                }
                long next = session.nextTimeout();
                next = flights.isEmpty() ? next : Math.min(next, flights.peek().arrival());
                if (junk && nextJunk < next) {
                    now = nextJunk;
                    nextJunk += MILLISECOND / 4;
                    session.receive(Pair.randomBytes(random, 30), now);
                    responder.answer(Pair.randomBytes(random, 30));
                    continue;
                }
                now = Math.max(now, next);
                while (!flights.isEmpty() && flights.peek().arrival() <= now) {
                    deliver(flights.remove(), session, responder);
                }
            }
            return now;
        }

        private void deliver(Flight flight, ReconcileSession session, ReconcileResponder responder) {
            if (!flight.toResponder()) {
                session.receive(flight.frame(), now);
                return;
            }
            byte[] answer = responder.answer(flight.frame());
            if (answer != null) {
                send(answer, false);
            }
        }
    }

    @Test
    void manyRuns_withLossRepetitionAndReordering_converge() {
        for (int run = 0; run < Soak.times(30); run++) {
            RandomGenerator random = seeded.random(run);
            try (KeyValueStore one = Pair.newStore();
                    KeyValueStore other = Pair.newStore()) {
                Pair.fill(random.nextInt(400), random, one, other);
                Pair.fill(random.nextInt(60), random, one);
                Pair.fill(random.nextInt(60), random, other);
                one.set(Pair.number(run), Pair.randomBytes(random, 20_000));
                ReconcileOptions options = Pair.options(random.nextLong())
                        .transferLimit(1232)
                        .fanOut(4)
                        .leafEntries(5);
                MergePolicy policy = MergePolicy.greatestStart(16);
                Network network = new Network(random, 0.2, 0.1, 3 * MILLISECOND, false);
                network.run(
                        ReconcileSession.exchange(one, KeyRange.all(), policy, options),
                        ReconcileResponder.writable(other, KeyRange.all(), policy, options));
                assertThat(one.fingerprint(KeyRange.all()))
                        .as("run=" + run)
                        .isEqualTo(other.fingerprint(KeyRange.all()));
            }
        }
    }

    @Test
    void lossOfOnePercent_isRepairedWithinFewRoundTrips() {
        RandomGenerator random = seeded.random();
        long worst = 0;
        try (KeyValueStore source = Pair.newStore()) {
            Pair.fill(3000, random, source);
            ReconcileOptions options = Pair.options(random.nextLong());
            ReconcileResponder responder = ReconcileResponder.readOnly(source, KeyRange.all(), options);
            for (int run = 0; run < 15; run++) {
                try (KeyValueStore mirror = Pair.newStore()) {
                    Pair.fill(100, random, mirror);
                    Network network = new Network(random, 0.01, 0, 0, false);
                    ReconcileSession session = ReconcileSession.mirror(mirror, KeyRange.all(), options);
                    long took = network.run(session, responder);
                    boolean firstWasLost = took > 100 * MILLISECOND;
                    worst = firstWasLost ? worst : Math.max(worst, took);
                    assertThat(mirror.fingerprint(KeyRange.all())).isEqualTo(source.fingerprint(KeyRange.all()));
                    assertThat(took).isLessThan(400 * MILLISECOND);
                }
            }
        }
        assertThat(worst).isLessThan(50 * MILLISECOND);
    }

    /** RC-B1: there, steady inbound traffic postpones the next round for ever. */
    @Test
    void rcB1_junk_doesNotPostponeWhatIsDue() {
        long[] took = new long[2];
        for (int junk = 0; junk < 2; junk++) {
            RandomGenerator random = seeded.random(7);
            try (KeyValueStore mirror = Pair.newStore();
                    KeyValueStore source = Pair.newStore()) {
                Pair.fill(500, random, source);
                ReconcileOptions options = Pair.options(random.nextLong());
                ReconcileSession session = ReconcileSession.mirror(mirror, KeyRange.all(), options);
                session.poll(0); // the first frame is lost, so all depends on the timeout
                Network network = new Network(random, 0, 0, 0, junk == 1);
                took[junk] = network.run(session, ReconcileResponder.readOnly(source, KeyRange.all(), options));
                Pair.assertEqual(mirror, source);
                assertThat(session.stats().framesResent()).isEqualTo(1);
            }
        }
        assertThat(took[1]).isBetween(took[0], took[0] + MILLISECOND);
    }

    /** RC-B3: there, a dump for which there is no room is dropped, and whole rounds pass before the next one. */
    @Test
    void rcB3_entriesForWhichAnAnswerHasNoRoom_areAskedForAtOnce() {
        RandomGenerator random = seeded.random();
        try (KeyValueStore mirror = Pair.newStore();
                KeyValueStore source = Pair.newStore()) {
            Pair.fill(5000, random, source);
            ReconcileOptions small = Pair.options(random.nextLong()).transferLimit(1232);
            ReconcileSession session = ReconcileSession.mirror(mirror, KeyRange.all(), small);
            Network network = new Network(random, 0, 0, 0, false);
            long took = network.run(session, ReconcileResponder.readOnly(source, KeyRange.all(), small));
            Pair.assertEqual(mirror, source);
            assertThat(session.stats().framesResent()).isZero();
            assertThat(took).isLessThan(100 * MILLISECOND);
        }
    }

    @Test
    void run_overATransportThatLosesFrames_ends() {
        RandomGenerator random = seeded.random();
        try (KeyValueStore mirror = Pair.newStore();
                KeyValueStore source = Pair.newStore()) {
            Pair.fill(300, random, source);
            ReconcileOptions options = Pair.options(random.nextLong());
            ReconcileResponder responder = ReconcileResponder.readOnly(source, KeyRange.all(), options);
            ReconcileSession session = ReconcileSession.mirror(mirror, KeyRange.all(), options);
            int[] frames = {0};
            session.run(frame -> frames[0]++ < 1 ? null : responder.answer(frame));
            Pair.assertEqual(mirror, source);
            assertThat(session.stats().framesResent()).isEqualTo(1);
        }
    }

    @Test
    void aPeerThatDoesNotAnswer_failsTheSession() {
        try (KeyValueStore store = Pair.newStore()) {
            ReconcileSession session = ReconcileSession.mirror(store, KeyRange.all(), Pair.options(seeded.seed()));
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            session.poll(i == 0 ? 0 : session.nextTimeout());
                        }
                    })
                    .isInstanceOf(ReconcileException.class)
                    .hasMessageContaining("attempts=12");
            assertThat(session.isDone()).isFalse();
        }
    }
}
