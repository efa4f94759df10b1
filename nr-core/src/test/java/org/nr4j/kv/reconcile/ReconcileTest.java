package org.nr4j.kv.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.kv.Expiry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.testing.Seeded;
import org.nr4j.testing.Soak;

/** Sessions end with the contents that they promise, at the cost that the documentation states. */
class ReconcileTest {
    @RegisterExtension
    final Seeded seeded = new Seeded();

    // ---- contents ----

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 500", "500, 0", "3, 3", "300, 1", "1, 300", "2000, 2000"})
    void mirror_ofAnyTwoStores_endsEqual(int own, int others) {
        RandomGenerator random = seeded.random();
        for (int common : new int[] {0, 1, 1500}) {
            try (KeyValueStore mirror = Pair.newStore();
                    KeyValueStore source = Pair.newStore(3)) {
                List<byte[]> keys = Pair.fill(common, random, mirror, source);
                Pair.fill(own, random, mirror);
                Pair.fill(others, random, source);
                for (int i = 0; i < keys.size(); i += 7) {
                    mirror.set(keys.get(i), Pair.number(i));
                }
                assertMirrors(mirror, source, Pair.options(random.nextLong()));
            }
        }
    }

    private static ReconcileSession assertMirrors(
            KeyValueStore mirror, KeyValueStore source, ReconcileOptions options) {
        ReconcileSession session = ReconcileSession.mirror(mirror, KeyRange.all(), options);
        Pair.run(session, ReconcileResponder.readOnly(source, KeyRange.all(), options));
        Pair.assertEqual(mirror, source);
        assertThat(session.matchesPeer()).isTrue();
        return session;
    }

    @Test
    void anySession_ofSmallRandomStores_endsAsItPromises_withTinyFrames() {
        for (int run = 0; run < Soak.times(12); run++) {
            try {
                reconcileRandomStores(seeded.random(run));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("run=" + run, e);
            }
        }
    }

    private static void reconcileRandomStores(RandomGenerator random) {
        try (KeyValueStore one = Pair.newStore();
                KeyValueStore other = Pair.newStore(2)) {
            randomWrites(one, random);
            randomWrites(other, random);
            ReconcileOptions options = Pair.tiny(random.nextLong());
            if (random.nextBoolean()) {
                assertMirrors(one, other, options);
            } else {
                MergePolicy policy = MergePolicy.greatestStart(16);
                ReconcileSession session = ReconcileSession.exchange(one, KeyRange.all(), policy, options);
                Pair.run(session, ReconcileResponder.writable(other, KeyRange.all(), policy, options));
                Pair.assertEqual(one, other);
            }
        }
    }

    /** Writes few different keys, some of them long, and values of any length up to several frames. */
    private static void randomWrites(KeyValueStore store, RandomGenerator random) {
        int writes = random.nextInt(300);
        for (int i = 0; i < writes; i++) {
            byte[] key = new byte[random.nextInt(20) == 0 ? 900 : random.nextInt(4)];
            if (key.length > 0) {
                key[key.length - 1] = (byte) random.nextInt(5);
                key[0] = (byte) random.nextInt(256);
            }
            byte[] value = Pair.randomBytes(random, random.nextInt(10) == 0 ? random.nextInt(3000) : 16);
            Expiry expiry = random.nextInt(5) == 0
                    ? Expiry.at(Instant.now().plus(Duration.ofDays(1 + random.nextInt(9))))
                    : Expiry.never();
            store.set(key, value, expiry);
        }
    }

    @Test
    void exchange_withStamps_bringsTheLaterValueToBothSides() {
        RandomGenerator random = seeded.random();
        MergePolicy later = MergePolicy.greatestStart(Long.BYTES);
        try (KeyValueStore one = Pair.newStore();
                KeyValueStore other = Pair.newStore()) {
            Pair.fill(5000, random, one, other);
            for (long i = 0; i < 1000; i++) {
                one.set(Pair.number(i), Pair.number(i % 3));
                other.set(Pair.number(i), Pair.number(i % 2));
            }
            ReconcileOptions options = Pair.options(random.nextLong());
            ReconcileSession session = ReconcileSession.exchange(one, KeyRange.all(), later, options);
            Pair.run(session, ReconcileResponder.writable(other, KeyRange.all(), later, options));
            Pair.assertEqual(one, other);
            for (long i = 0; i < 1000; i++) {
                assertThat(one.get(Pair.number(i))).isEqualTo(Pair.number(Math.max(i % 3, i % 2)));
            }
        }
    }

    /** RC-B2 and RC-B4: there, a write between the decision and its effect is lost. */
    @Test
    void rcB2_aWriteBetweenTheDecisionAndItsEffect_isKept() {
        try (KeyValueStore one = Pair.newStore();
                KeyValueStore other = Pair.newStore()) {
            byte[] key = Pair.number(7);
            one.set(key, Pair.number(1));
            other.set(key, Pair.number(2));
            int[] decisions = {0};
            MergePolicy later = MergePolicy.greatestStart(Long.BYTES);
            MergePolicy interrupted = (local, remote) -> {
                boolean replaces = later.replaces(local, remote);
                if (decisions[0]++ == 0) {
                    one.set(key, Pair.number(3)); // another thread, just then
                }
                return replaces;
            };
            ReconcileOptions options = Pair.options(seeded.seed());
            Pair.run(
                    ReconcileSession.pull(one, KeyRange.all(), interrupted, options),
                    ReconcileResponder.readOnly(other, KeyRange.all(), options));
            assertThat(one.get(key)).isEqualTo(Pair.number(3));
            assertThat(decisions[0]).isEqualTo(2);
        }
    }

    @Test
    void pull_addsWhatIsMissing_andKeepsTheRest() {
        RandomGenerator random = seeded.random();
        try (KeyValueStore one = Pair.newStore();
                KeyValueStore other = Pair.newStore()) {
            Pair.fill(300, random, one);
            Pair.fill(400, random, other);
            one.set(Pair.number(1), Pair.number(10));
            other.set(Pair.number(1), Pair.number(20));
            ReconcileOptions options = Pair.options(random.nextLong());
            Pair.run(
                    ReconcileSession.pull(one, KeyRange.all(), MergePolicy.keepLocal(), options),
                    ReconcileResponder.readOnly(other, KeyRange.all(), options));
            assertThat(one.size()).isEqualTo(701);
            assertThat(other.size()).isEqualTo(401);
            assertThat(one.get(Pair.number(1))).isEqualTo(Pair.number(10));
        }
    }

    @Test
    void severalDonors_eachServeAPartOfAColdStart() {
        RandomGenerator random = seeded.random();
        try (KeyValueStore cold = Pair.newStore();
                KeyValueStore first = Pair.newStore();
                KeyValueStore second = Pair.newStore()) {
            Pair.fill(4000, random, first, second);
            byte[] middle = first.keyAt(2000);
            ReconcileOptions options = Pair.options(random.nextLong());
            ReconcileResponder one = ReconcileResponder.readOnly(first, KeyRange.all(), options);
            ReconcileResponder two = ReconcileResponder.readOnly(second, KeyRange.all(), options);
            Pair.run(ReconcileSession.mirror(cold, KeyRange.all().below(middle), options), one);
            Pair.run(ReconcileSession.mirror(cold, KeyRange.atLeast(middle), options), two);
            Pair.assertEqual(cold, first);
            assertThat(one.stats().entriesSent()).isEqualTo(2000);
            assertThat(two.stats().entriesSent()).isEqualTo(2000);
        }
    }

    @Test
    void subRange_isReconciledAlone() {
        RandomGenerator random = seeded.random();
        try (KeyValueStore mirror = Pair.newStore();
                KeyValueStore source = Pair.newStore()) {
            Pair.fill(1000, random, mirror);
            Pair.fill(1000, random, source);
            KeyRange range = KeyRange.prefix(new byte[] {7});
            byte[] outside = {8};
            mirror.set(outside, Pair.number(1));
            long before = mirror.count(KeyRange.atLeast(outside));
            ReconcileOptions options = Pair.options(random.nextLong());
            ReconcileResponder responder = ReconcileResponder.readOnly(source, range, options);
            ReconcileSession session = ReconcileSession.mirror(mirror, range, options);
            Pair.run(session, responder);
            assertThat(mirror.scan(range)).isEqualTo(source.scan(range));
            assertThat(session.matchesPeer()).isTrue();
            assertThat(mirror.count(KeyRange.atLeast(outside))).isEqualTo(before);
            // The responder shows nothing else.
            ReconcileSession wider = ReconcileSession.mirror(mirror, KeyRange.all(), options);
            assertThatThrownBy(() -> Pair.run(wider, responder)).isInstanceOf(ReconcileException.class);
            assertThat(mirror.count(KeyRange.atLeast(outside))).isEqualTo(before);
        }
    }

    @Test
    void aSession_isOneSnapshot_onBothSides() {
        RandomGenerator random = seeded.random();
        try (KeyValueStore mirror = Pair.newStore();
                KeyValueStore source = Pair.newStore();
                KeyValueStore expected = Pair.newStore()) {
            List<byte[]> keys = Pair.fill(3000, random, source, expected);
            ReconcileOptions options = Pair.tiny(random.nextLong());
            ReconcileResponder responder = ReconcileResponder.readOnly(source, KeyRange.all(), options);
            ReconcileSession session = ReconcileSession.mirror(mirror, KeyRange.all(), options);
            int changed = 0;
            while (!session.isDone()) {
                for (byte[] frame = session.poll(0); frame != null; frame = session.poll(0)) {
                    session.receive(responder.answer(frame), 0);
                    if (changed < keys.size()) {
                        source.set(keys.get(changed), Pair.number(changed)); // belongs to the next session
                        source.delete(keys.get(keys.size() - 1 - changed));
                        changed++;
                    }
                }
            }
            assertThat(changed).isGreaterThan(100);
            Pair.assertEqual(mirror, expected);
            assertThat(session.matchesPeer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1232, 65536})
    void aValueOfAnySize_travelsInFramesOfALimitedSize(int limit) {
        RandomGenerator random = seeded.random();
        try (KeyValueStore one = Pair.newStore();
                KeyValueStore other = Pair.newStore()) {
            byte[] up = Pair.randomBytes(random, 1_000_000);
            byte[] down = Pair.randomBytes(random, 700_000);
            one.set(Pair.number(1), up);
            one.set(Pair.number(3), Pair.randomBytes(random, 5000));
            one.set(Pair.number(4), new byte[0]);
            other.set(Pair.number(2), down);
            ReconcileOptions options = Pair.options(random.nextLong()).transferLimit(limit);
            MergePolicy policy = MergePolicy.keepLocal();
            ReconcileResponder responder = ReconcileResponder.writable(other, KeyRange.all(), policy, options);
            ReconcileSession session = ReconcileSession.exchange(one, KeyRange.all(), policy, options);
            session.run(frame -> {
                byte[] answer = responder.answer(frame);
                assertThat(frame.length).isLessThanOrEqualTo(limit);
                assertThat(answer.length).isLessThanOrEqualTo(limit);
                return answer;
            });
            Pair.assertEqual(one, other);
            assertThat(other.get(Pair.number(1))).isEqualTo(up);
            assertThat(one.get(Pair.number(2))).isEqualTo(down);
        }
    }

    @Test
    void anOlderLongValue_isRefusedByItsHead() {
        RandomGenerator random = seeded.random();
        try (KeyValueStore one = Pair.newStore();
                KeyValueStore other = Pair.newStore()) {
            byte[] older = Pair.randomBytes(random, 1_000_000);
            byte[] newer = Pair.randomBytes(random, 1000);
            older[0] = 1;
            newer[0] = 2;
            one.set(Pair.number(1), older);
            other.set(Pair.number(1), newer);
            ReconcileOptions options = Pair.options(random.nextLong());
            MergePolicy policy = MergePolicy.greatestStart(1);
            ReconcileSession session = ReconcileSession.exchange(one, KeyRange.all(), policy, options);
            Pair.run(session, ReconcileResponder.writable(other, KeyRange.all(), policy, options));
            Pair.assertEqual(one, other);
            assertThat(session.stats().bytesSent() + session.stats().bytesReceived())
                    .isLessThan(3000);
        }
    }

    @Test
    void storesWithDifferentFingerprintKeys_areToldSo() {
        try (KeyValueStore one = Pair.newStore();
                KeyValueStore other = KeyValueStore.builder().fingerprints(true).build()) {
            Pair.fill(500, seeded.random(), one, other);
            ReconcileOptions options = Pair.options(seeded.seed());
            ReconcileSession session = ReconcileSession.mirror(one, KeyRange.all(), options);
            assertThatThrownBy(() -> Pair.run(session, ReconcileResponder.readOnly(other, KeyRange.all(), options)))
                    .isInstanceOf(ReconcileException.class)
                    .hasMessageContaining("give both stores the same fingerprint key");
            assertThat(one.size()).isEqualTo(500);
        }
    }

    // ---- cost ----

    @Test
    void equalStores_takeOneRoundTrip_andFewBytesWhenProbing() {
        try (KeyValueStore one = Pair.newStore();
                KeyValueStore other = Pair.newStore()) {
            Pair.fill(20_000, seeded.random(), one, other);
            for (boolean probing : new boolean[] {false, true}) {
                ReconcileOptions options = Pair.options(seeded.seed()).probing(probing);
                ReconcileSession session = assertMirrors(one, other, options);
                assertThat(session.stats().framesSent()).isEqualTo(1);
                assertThat(session.stats().bytesSent() + session.stats().bytesReceived())
                        .isLessThan(probing ? 100 : 700);
            }
        }
    }

    /** RC-B6: there, the number of messages for one difference in many entries has two very different values. */
    @Test
    void rcB6_oneDifferenceInManyEntries_takesSixMessages_whateverTheBoundaries() {
        RandomGenerator random = seeded.random();
        try (KeyValueStore one = Pair.newStore();
                KeyValueStore other = Pair.newStore()) {
            List<byte[]> keys = Pair.fill(100_000, random, one, other);
            for (int run = 0; run < 40; run++) {
                byte[] key = keys.get(random.nextInt(keys.size()));
                KeyValueStore changed = run % 2 == 0 ? one : other;
                byte[] value = Pair.randomBytes(random, 24);
                value[0] = 0;
                if (run % 4 < 2) {
                    changed.delete(key);
                } else {
                    changed.set(key, value);
                }
                MergePolicy policy = MergePolicy.greatestStart(24);
                ReconcileOptions options = Pair.options(random.nextLong());
                ReconcileSession session = ReconcileSession.exchange(one, KeyRange.all(), policy, options);
                int messages = Pair.run(session, ReconcileResponder.writable(other, KeyRange.all(), policy, options));
                ReconcileStats stats = session.stats();
                assertThat(one.fingerprint(KeyRange.all())).isEqualTo(other.fingerprint(KeyRange.all()));
                assertThat(messages).isLessThanOrEqualTo(6);
                assertThat(stats.bytesSent() + stats.bytesReceived()).isLessThanOrEqualTo(2200);
            }
        }
    }
}
