package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.FollowerOptions;
import org.nr4j.cnr.CnrFollower;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.kv.replication.EncodedWrites;
import org.nr4j.kv.transaction.Codec;
import org.nr4j.kv.transaction.Procedure;
import org.nr4j.testing.Seeded;
import org.nr4j.testing.ThreadPerTask;

/** A second store that replays the writes of the first has its contents, whatever their logs. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CopiesElsewhereTest {
    private static final int WRITERS = 3;

    private static final Procedure<byte[], Long> NEXT =
            Procedure.writing("next", Codec.bytes(), Codec.number(), (tx, key) -> {
                byte[] before = tx.get(key);
                long next = before == null || before.length != Long.BYTES ? 1 : KeyValueStore.decode(before) + 1;
                tx.set(key, KeyValueStore.encode(next));
                return next;
            });

    @RegisterExtension
    final Seeded seeded = new Seeded();

    private static KeyValueStore.Builder builder(int logs) {
        return KeyValueStore.builder()
                .logs(logs)
                .logCapacity(8)
                .fingerprints(true)
                .expiryInterval(Duration.ofMillis(1))
                .procedure(NEXT);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3", "4, 1", "4, 3"})
    void aCopy_hasTheContents_ofAStoreThatOthersWriteTo(int logs, int copyLogs) throws Exception {
        ManualClock clock = new ManualClock();
        AtomicLong copyMillis = new AtomicLong(); // stands still until the copy has all writes
        InstantSource copyClock = () -> Instant.ofEpochMilli(copyMillis.get());
        try (KeyValueStore store = builder(logs).replicas(2).clock(clock).build();
                KeyValueStore copy = builder(copyLogs).clock(copyClock).build()) {
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                RandomGenerator random = seeded.random(writer);
                writers.add(ThreadPerTask.run(() -> write(store, clock, random)));
            }
            List<LogIndexes> seen = new CopyOnWriteArrayList<>();
            CnrFollower follower = store.followSnapshot(
                    snapshot -> {
                        restore(copy, snapshot);
                        seen.add(snapshot.indexes());
                        return writes -> replay(copy, writes, seen);
                    },
                    FollowerOptions.defaults());
            writers.forEach(CompletableFuture::join);
            store.size(); // collects due entries
            follower.finish();

            LogIndexes end = follower.ended().get();
            copyMillis.set(clock.millis());
            assertThat(end).isEqualTo(store.indexes()).isEqualTo(seen.get(seen.size() - 1));
            assertThat(copy.fingerprint(KeyRange.all())).isEqualTo(store.fingerprint(KeyRange.all()));
            assertThat(copy.size()).isEqualTo(store.size()).isPositive();
        }
    }

    private static void restore(KeyValueStore copy, KeyValueSnapshot snapshot) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            snapshot.writeTo(bytes);
            copy.restore(new ByteArrayInputStream(bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replay(KeyValueStore copy, EncodedWrites writes, List<LogIndexes> seen) {
        assertThat(writes.before()).isEqualTo(seen.get(seen.size() - 1));
        copy.replay(writes.writes());
        seen.add(writes.after());
    }

    private static void write(KeyValueStore store, ManualClock clock, RandomGenerator random) {
        for (int i = 0; i < 1_500; i++) {
            byte[] key = {(byte) random.nextInt(50)};
            byte[] value = random.nextInt(3) == 0 ? KeyValueStore.encode(i) : new byte[random.nextInt(5)];
            switch (random.nextInt(12)) {
                case 0 -> store.putIfAbsent(key, value, Expiry.after(Duration.ofMillis(random.nextInt(1, 9))));
                case 1 -> store.remove(key);
                case 2 -> store.transact(NEXT, key);
                case 3 -> store.apply(new AtomicBatch().put(key, value).delete(new byte[] {(byte) random.nextInt(50)}));
                case 4 -> store.setExpiry(key, Expiry.after(Duration.ofMillis(random.nextInt(1, 9))));
                case 5 -> store.compareAndSet(key, new byte[0], value);
                case 6 -> incrementOrThrow(store, key);
                case 7 -> clock.advance(1);
                case 8 -> store.removeRange(KeyRange.atLeast(key).below(new byte[] {(byte) (key[0] + 2)}));
                default -> store.set(key, value);
            }
        }
    }

    private static void incrementOrThrow(KeyValueStore store, byte[] key) {
        try {
            store.increment(key, 1);
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("8 bytes"); // the value is no number: thrown in the copy, too
        }
    }

    @Test
    void restoringASnapshot_isAWriteOfTheCopyToo() throws Exception {
        List<byte[]> received = new CopyOnWriteArrayList<>();
        try (KeyValueStore store = builder(2).build();
                KeyValueStore copy = builder(3).build()) {
            CnrFollower follower = store.follow(writes -> received.addAll(writes.writes()), FollowerOptions.defaults());
            store.put(new byte[] {1}, new byte[] {2});
            ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
            store.writeSnapshot(snapshot);
            store.put(new byte[] {3}, new byte[] {4});
            store.restore(new ByteArrayInputStream(snapshot.toByteArray()));
            follower.finish();
            follower.ended().get();

            copy.replay(received);
            assertThat(copy.size()).isOne();
            assertThat(copy.fingerprint(KeyRange.all())).isEqualTo(store.fingerprint(KeyRange.all()));
        }
    }

    // ---- what has no bytes, and bytes that are no write ----

    @Test
    void aFunctionWithoutAName_endsTheFollower_andNotTheStore() {
        try (KeyValueStore store = builder(1).build()) {
            CnrFollower follower = store.follow(writes -> {}, FollowerOptions.defaults());
            store.transact(tx -> tx.put(new byte[] {1}, new byte[] {2}));

            assertThat(follower.ended())
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOf(IllegalStateException.class)
                    .withMessageContaining("register a Procedure");
            assertThat(store.get(new byte[] {1})).containsExactly(2);
        }
    }

    @Test
    void writesThatAreRefused_changeNothing() {
        byte[] put = {1, 1, 0, 0, 0, 0, 1, 'k', 0, 0, 0, 1, 'v'};
        try (KeyValueStore store = KeyValueStore.builder().maxKeyLength(1).build()) {
            assertThatThrownBy(() -> store.replay(List.of(put, new byte[] {1, 99, 0})))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("kind=99");
            assertThatThrownBy(() -> store.replay(null)).hasMessageContaining("writes=null");
            assertThatThrownBy(() -> store.follow(null, FollowerOptions.defaults()))
                    .hasMessageContaining("consumer=null");
            assertThatThrownBy(() -> store.followSnapshot(null, FollowerOptions.defaults()))
                    .hasMessageContaining("consumer=null");
            assertThat(store.size()).isZero();
            assertThat(store.indexes().total()).isZero();

            store.replay(List.of(put));
            assertThat(store.get(new byte[] {'k'})).containsExactly('v');
        }
    }
}
