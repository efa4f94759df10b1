package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nr4j.kv.Keys.bytes;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.testing.ConcurrentRun;

/**
 * Checks that entries exist before their instant, that no answer contains them from it on, and that none stays in
 * memory.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
@ParameterizedClass(name = "logs={0}")
@ValueSource(ints = {1, 3})
class ExpiryTest {
    private static final Duration LONG = Duration.ofDays(1);
    private static final byte[] KEY = bytes("key");
    private static final byte[] VALUE = bytes("value");

    @Parameter
    int logs;

    private final ManualClock clock = new ManualClock();
    private KeyValueStore store;

    /** Collects nothing by itself within the time of a test. */
    @BeforeEach
    void build() {
        store = builder().expiryInterval(LONG).build();
    }

    private KeyValueStore.Builder builder() {
        return KeyValueStore.builder()
                .replicas(2)
                .logs(logs)
                .fingerprints(true)
                .shape(Keys.TINY)
                .clock(clock);
    }

    @AfterEach
    void close() {
        Keys.assertReplicasEqual(store);
        store.close();
    }

    private static Expiry after(long millis) {
        return Expiry.after(Duration.ofMillis(millis));
    }

    @Test
    void entry_isThereBeforeItsInstant_andGoneFromItOn() {
        store.put(KEY, VALUE, after(10));
        assertThat(store.expiry(KEY)).contains(Instant.ofEpochMilli(clock.millis() + 10));
        clock.advance(9);
        assertThat(store.get(KEY)).isEqualTo(VALUE);
        assertThat(store.size()).isOne();
        clock.advance(1);
        assertThat(store.get(KEY)).isNull();
        assertThat(store.expiry(KEY)).isEmpty();
    }

    @Test
    void entryThatIsDue_isInNoAnswer() {
        Fingerprint empty = store.fingerprint(KeyRange.all());
        int step = 0;
        for (Runnable read : List.<Runnable>of(
                () -> assertThat(store.get(KEY)).isNull(),
                () -> assertThat(store.contains(KEY)).isFalse(),
                () -> assertThat(store.multiGet(List.of(KEY))).containsExactly((byte[]) null),
                () -> assertThat(store.scan(KeyRange.all())).isEmpty(),
                () -> assertThat(store.iterator(KeyRange.all(), ScanOrder.DESCENDING)
                                .hasNext())
                        .isFalse(),
                () -> assertThat(store.first()).isNull(),
                () -> assertThat(store.floor(KEY)).isNull(),
                () -> assertThat(store.count(KeyRange.all())).isZero(),
                () -> assertThat(store.rank(bytes("z"))).isZero(),
                () -> assertThat(store.size()).isZero(),
                () -> assertThat(store.bytes()).isZero(),
                () -> assertThat(store.fingerprint(KeyRange.all())).isEqualTo(empty),
                () -> assertThat(store.snapshot().size()).isZero())) {
            store.put(KEY, VALUE, after(5));
            clock.advance(5);
            read.run();
            step++;
        }
        assertThat(step).isEqualTo(13);
    }

    @Test
    void entryThatIsDue_isAbsentForWrites() {
        store.put(KEY, VALUE, after(5));
        clock.advance(5);
        assertThat(store.put(KEY, VALUE, after(5))).isNull();
        clock.advance(5);
        assertThat(store.putIfAbsent(KEY, VALUE, after(5))).isNull();
        clock.advance(5);
        assertThat(store.compareAndSet(KEY, VALUE, VALUE)).isFalse();
        store.put(KEY, VALUE, after(5));
        clock.advance(5);
        assertThat(store.remove(KEY)).isNull();
        store.put(KEY, VALUE, after(5));
        clock.advance(5);
        assertThat(store.increment(KEY, 3)).isEqualTo(3);
        assertThat(store.setExpiry(KEY, after(5))).isTrue();
        clock.advance(5);
        assertThat(store.setExpiry(KEY, Expiry.never())).isFalse();
        store.put(KEY, VALUE, after(5));
        clock.advance(5);
        assertThat(store.removeRange(KeyRange.all())).isZero();
        store.put(KEY, VALUE, after(5));
        clock.advance(5);
        assertThat(store.apply(new AtomicBatch().requirePresent(KEY)).applied()).isFalse();
        assertThat(store.apply(new AtomicBatch().requireAbsent(KEY).put(KEY, VALUE))
                        .applied())
                .isTrue();
        assertThat(store.get(KEY)).isEqualTo(VALUE);
    }

    @Test
    void writes_setOrKeepTheExpiry() {
        store.put(KEY, VALUE, after(5));
        store.put(KEY, VALUE);
        assertThat(store.expiry(KEY)).isEmpty();
        store.put(KEY, KeyValueStore.encode(1), after(5));
        store.increment(KEY, 1);
        assertThat(store.expiry(KEY)).isPresent();
        assertThat(store.compareAndSet(KEY, KeyValueStore.encode(2), VALUE, after(7)))
                .isTrue();
        assertThat(store.expiry(KEY)).contains(Instant.ofEpochMilli(clock.millis() + 7));
        store.setExpiry(KEY, Expiry.never());
        assertThat(store.expiry(KEY)).isEmpty();
        store.setExpiry(KEY, Expiry.at(Instant.ofEpochMilli(clock.millis())));
        assertThat(store.contains(KEY)).isFalse();
        store.put(KEY, VALUE);
        store.put(KEY, VALUE, Expiry.at(Instant.EPOCH));
        assertThat(store.contains(KEY)).isFalse();
    }

    @Test
    void durations_areRoundedUp() {
        store.put(KEY, VALUE, Expiry.after(Duration.ofNanos(1)));
        assertThat(store.contains(KEY)).isTrue();
        clock.advance(1);
        assertThat(store.contains(KEY)).isFalse();
    }

    @Test
    void manyDueAtOnce_areInNoAnswer_andOtherWritesGetBetween() {
        for (int i = 0; i < 5_000; i++) {
            store.set(bytes("key" + i), VALUE, after(5));
        }
        store.set(KEY, VALUE);
        clock.advance(5);
        assertThat(store.get(bytes("key1"))).isNull();
        assertThat(store.count(KeyRange.all())).isOne();
        assertThat(store.size()).isOne();
    }

    @Test
    void unreadEntries_areCollectedInTheBackground() throws InterruptedException {
        try (KeyValueStore collecting =
                builder().expiryInterval(Duration.ofMillis(1)).build()) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 3_000; i++) {
                    collecting.set(bytes("key" + i), VALUE, after(1 + i % 50));
                }
                collecting.set(bytes("stays"), VALUE);
                clock.advance(100);
                while (held(collecting) > 1) {
                    Thread.sleep(1);
                }
            }
            Keys.assertReplicasEqual(collecting);
        }
    }

    /** What is in memory, due or not. */
    private static long held(KeyValueStore store) {
        return (long) store.replicated().execute(replica -> replica.contents().count());
    }

    @Test
    void snapshot_keepsWhatWasThere() {
        store.put(KEY, VALUE, after(5));
        KeyValueSnapshot snapshot = store.snapshot();
        clock.advance(5);
        assertThat(store.get(KEY)).isNull();
        assertThat(snapshot.get(KEY)).isEqualTo(VALUE);
        assertThat(snapshot.count(KeyRange.all())).isOne();
    }

    @Test
    void restore_leavesOutWhatIsDue() throws IOException {
        store.put(KEY, VALUE, after(5));
        store.put(bytes("later"), VALUE, after(6));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        store.writeSnapshot(file);
        clock.advance(5);
        store.restore(new ByteArrayInputStream(file.toByteArray()));
        assertThat(held(store)).isOne();
        assertThat(store.get(bytes("later"))).isEqualTo(VALUE);
    }

    /** Once a thread has seen an entry gone, it stays gone for all, whatever their clocks say. */
    @Test
    void expiry_isSeenInOneOrderByAll() throws InterruptedException {
        AtomicLong gone = new AtomicLong(-1);
        AtomicBoolean stop = new AtomicBoolean();
        new ConcurrentRun()
                .threads(1, thread -> {
                    for (int round = 0; round < 300; round++) {
                        store.put(bytes("round" + round), VALUE, after(2));
                        clock.advance(1);
                        Thread.yield();
                        clock.advance(1);
                        assertThat(store.get(bytes("round" + round))).isNull();
                        gone.set(round);
                    }
                    stop.set(true);
                })
                .threads(3, thread -> {
                    while (!stop.get()) {
                        long seen = gone.get();
                        if (seen >= 0) {
                            assertThat(store.get(bytes("round" + seen))).isNull();
                            assertThat(store.size()).isLessThanOrEqualTo(1);
                        }
                    }
                })
                .run();
    }

    /**
     * Up to a million entries, most of which expire beside reads and writes. At the end, memory holds what it should.
     */
    @Test
    void soak() throws InterruptedException {
        int entries = 1_000_000 / logs;
        try (KeyValueStore soaked = KeyValueStore.builder()
                .replicas(1)
                .logs(logs)
                .clock(clock)
                .expiryInterval(Duration.ofMillis(1))
                .build()) {
            AtomicLong staying = new AtomicLong();
            new ConcurrentRun()
                    .threads(2, thread -> {
                        SplittableRandom random = new SplittableRandom(thread);
                        for (int i = thread; i < entries; i += 2) {
                            byte[] key = KeyValueStore.encode(i * 0x9E3779B97F4A7C15L);
                            if (i % 10 < 2) {
                                soaked.set(key, VALUE);
                                staying.incrementAndGet();
                            } else {
                                soaked.set(key, VALUE, after(1 + random.nextInt(2_000)));
                            }
                            if (i % 5_000 == 0) {
                                clock.advance(15);
                                long there = staying.get(); // before the count: the other thread goes on
                                assertThat(soaked.count(KeyRange.all())).isGreaterThanOrEqualTo(there);
                            }
                        }
                    })
                    .run();
            clock.advance(2_001);
            assertThat(soaked.size()).isEqualTo(staying.get());
            while (held(soaked) > staying.get()) {
                Thread.sleep(1);
            }
            Keys.assertReplicasWellFormed(soaked);
        }
    }
}
