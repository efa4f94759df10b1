package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.NotDurableException;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.kv.internal.disk.ModelDisk;

/** Checks durable stores whose callers wait for the disk by futures. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DurableWithoutWaitingTest {
    private static final byte[] KEY = "k".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = "v".getBytes(StandardCharsets.US_ASCII);
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Semaphore permits = new Semaphore(1_000);
    private final AtomicInteger syncs = new AtomicInteger();
    private volatile boolean failing;

    private KeyValueStore open(SyncPolicy policy) {
        HookedDisk.Hook hook = (method, file) -> {
            if (method.equals("sync") && !file.isEmpty()) {
                permits.acquireUninterruptibly();
                syncs.incrementAndGet();
                if (failing) {
                    throw new IOException("injected");
                }
            }
        };
        return KeyValueStore.builder()
                .durable(Durability.in(Path.of("model")).syncPolicy(policy).awaited(false))
                .disk(HookedDisk.of(new ModelDisk(new Random(1)), hook))
                .build();
    }

    @Test
    void write_returnsBeforeItsSync_andItsFutureAfterIt() {
        try (KeyValueStore store = open(SyncPolicy.ALWAYS)) {
            permits.drainPermits();
            store.set(KEY, VALUE);
            assertThat(store.get(KEY)).isEqualTo(VALUE);
            CompletableFuture<@Nullable Void> durable = store.whenDurable(store.indexes());
            assertThat(store.isDurable(store.indexes())).isFalse();
            assertThat(durable).isNotDone();
            permits.release(1_000);
            assertThat(durable).succeedsWithin(SOON);
            assertThat(store.isDurable(store.indexes())).isTrue();
            assertThat(store.whenDurable(store.indexes())).isCompleted();
        } finally {
            permits.release(1_000);
        }
    }

    @Test
    void failedSync_failsTheFutures_andReadsGoOn() {
        KeyValueStore store = open(SyncPolicy.ALWAYS);
        permits.drainPermits();
        store.set(KEY, VALUE);
        CompletableFuture<@Nullable Void> durable = store.whenDurable(store.indexes());
        failing = true;
        permits.release(1_000);
        assertThat(durable)
                .failsWithin(SOON)
                .withThrowableThat()
                .withCauseInstanceOf(NotDurableException.class)
                .withMessageContaining("may be lost");
        assertThat(store.whenDurable(store.indexes())).isCompletedExceptionally();
        assertThat(store.get(KEY)).isEqualTo(VALUE);
        assertThatThrownBy(() -> store.set(KEY, VALUE)).isInstanceOf(NotDurableException.class);
        assertThat(store.persist()).failsWithin(SOON);
        assertThat(store.rewriteLog()).failsWithin(SOON);
        assertThat(catchThrowable(store::close)).isInstanceOf(NotDurableException.class);
    }

    @Test
    void persist_syncsWhateverThePolicy() {
        try (KeyValueStore store = open(SyncPolicy.NEVER)) {
            store.set(KEY, VALUE);
            int before = syncs.get();
            assertThat(store.persist()).succeedsWithin(SOON);
            assertThat(syncs.get()).isGreaterThan(before);
            assertThat(store.isDurable(store.indexes())).isTrue();
        }
    }

    @Test
    void rewriteLog_replacesTheLogByASnapshot(@TempDir Path directory) {
        AtomicLong read = new AtomicLong();
        AtomicLong total = new AtomicLong();
        Durability options = Durability.in(directory).progress((bytes, all) -> {
            read.set(bytes);
            total.set(all);
        });
        try (KeyValueStore store = KeyValueStore.builder().durable(options).build()) {
            for (int i = 0; i < 1_000; i++) {
                store.set(KEY, new byte[1_000 + i]);
                if (i == 500) {
                    assertThat(store.rewriteLog()).succeedsWithin(SOON);
                }
            }
            long bytes = store.durableStats().segmentBytes();
            assertThat(store.rewriteLog()).succeedsWithin(SOON);
            assertThat(store.durableStats().snapshots()).isEqualTo(2);
            assertThat(store.durableStats().segmentBytes()).isLessThan(bytes / 100);
        }
        try (KeyValueStore store = KeyValueStore.builder().durable(options).build()) {
            assertThat(store.get(KEY)).hasSize(1_999);
            assertThat(read.get()).isPositive().isEqualTo(total.get());
            assertThat(store.durableStats().recoveredBytes()).isEqualTo(total.get());
        }
    }

    @Test
    void storeWithoutADisk_hasNoLog() {
        try (KeyValueStore store = KeyValueStore.builder().build()) {
            assertThat(store.isDurable(store.indexes())).isTrue();
            assertThat(store.whenDurable(store.indexes())).isCompleted();
            assertThatThrownBy(store::persist).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(store::rewriteLog).isInstanceOf(IllegalStateException.class);
        }
    }
}
