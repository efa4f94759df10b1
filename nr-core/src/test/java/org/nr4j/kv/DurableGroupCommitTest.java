package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.NotDurableException;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.ModelDisk;
import org.nr4j.testing.ThreadPerTask;

/** Checks which writers share a sync, and that none returns before its sync. The test steps from sync to sync. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DurableGroupCommitTest {
    private static final int WRITERS = 64;
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Steps steps = new Steps();
    private final ModelDisk model = new ModelDisk(new Random(1));

    /**
     * Lets a sync of a file begin, and end once it has a permit. Closing it lets all syncs end, so that a test that
     * fails can close its store.
     */
    private static final class Steps implements HookedDisk.Hook, AutoCloseable {
        private final Semaphore permits = new Semaphore(0);
        private final AtomicInteger begun = new AtomicInteger();
        private volatile boolean stepping;
        private volatile boolean failing;

        @Override
        public void before(String method, String file) throws IOException {
            if (!stepping || !method.equals("sync") || file.isEmpty()) {
                return;
            }
            begun.incrementAndGet();
            permits.acquireUninterruptibly();
            if (failing) {
                throw new IOException("injected: sync of " + file);
            }
        }

        @Override
        public void close() {
            stepping = false;
            permits.release(1_000);
        }

        void awaitBegun(int syncs) throws InterruptedException {
            while (begun.get() < syncs) {
                Thread.sleep(1);
            }
        }
    }

    private KeyValueStore open(int logs, int replicas) {
        return open(logs, replicas, HookedDisk.of(model, steps));
    }

    private static KeyValueStore open(int logs, int replicas, Disk disk) {
        return KeyValueStore.builder()
                .logs(logs)
                .replicas(replicas)
                .durable(Durability.in(Path.of("model"))
                        .syncPolicy(SyncPolicy.ALWAYS)
                        .minFreeBytes(4_096))
                .disk(disk)
                .build();
    }

    private static byte[] key(int number) {
        return Keys.bytes("key" + number);
    }

    private List<CompletableFuture<Void>> waiting = List.of();

    /** Starts the first sync with a write of its own, and lets others write meanwhile. Returns the first. */
    private CompletableFuture<Void> writeDuringASync(KeyValueStore store, List<Runnable> others)
            throws InterruptedException {
        steps.stepping = true;
        CompletableFuture<Void> first = ThreadPerTask.run(() -> store.set(key(-1), key(-1)));
        steps.awaitBegun(1);
        waiting = others.stream().map(ThreadPerTask::run).toList();
        while (store.durableStats().lag() < 1 + others.size()) {
            Thread.sleep(1);
        }
        return first;
    }

    private static List<Runnable> writes(KeyValueStore store, int count, int bytes) {
        return IntStream.range(0, count)
                .<Runnable>mapToObj(i -> () -> store.set(key(i), new byte[bytes]))
                .toList();
    }

    private Stream<CompletableFuture<Void>> stillWaiting() {
        return waiting.stream().filter(writer -> !writer.isDone());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "3, 1", "3, 2"})
    void writersDuringASync_shareTheNextOne_andReturnAfterIt(int logs, int replicas) throws Exception {
        try (KeyValueStore store = open(logs, replicas);
                steps) {
            CompletableFuture<Void> first = writeDuringASync(store, writes(store, WRITERS, 10));
            CompletableFuture<byte[]> reader = ThreadPerTask.supply(() -> store.get(key(0)));
            assertThat(first).failsWithin(SHORT);

            steps.permits.release();
            assertThat(first).succeedsWithin(SOON);
            steps.awaitBegun(2);
            assertThat(reader).failsWithin(SHORT);
            assertThat(stillWaiting()).hasSize(WRITERS);

            steps.permits.release();
            for (CompletableFuture<Void> writer : waiting) {
                assertThat(writer).succeedsWithin(SOON);
            }
            assertThat(reader).succeedsWithin(SOON).isEqualTo(new byte[10]);
            assertThat(steps.begun).hasValue(2);
            try (KeyValueStore left = open(logs, replicas, model.crash())) {
                assertThat(left.size()).isEqualTo(1 + WRITERS);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 2"})
    void aSyncThatFails_failsAllWritersThatItHas(int logs, int replicas) throws Exception {
        KeyValueStore store = open(logs, replicas);
        try (steps) {
            failAllWriters(store);
        }
        assertThat(catchThrowableOfType(NotDurableException.class, store::close))
                .isNotNull();
    }

    private void failAllWriters(KeyValueStore store) throws Exception {
        AtomicInteger failed = new AtomicInteger();
        List<Runnable> writes = writes(store, WRITERS, 10).stream()
                .<Runnable>map(write -> () -> {
                    NotDurableException e = catchThrowableOfType(NotDurableException.class, write::run);
                    assertThat(e.isApplied()).isTrue();
                    assertThat(e.isForGood()).isTrue();
                    assertThat(e).rootCause().hasMessageStartingWith("injected: sync of segment-");
                    failed.incrementAndGet();
                })
                .toList();
        CompletableFuture<Void> first = writeDuringASync(store, writes);
        steps.permits.release();
        assertThat(first).succeedsWithin(SOON);
        steps.awaitBegun(2);
        steps.failing = true;
        steps.permits.release();
        for (CompletableFuture<Void> writer : waiting) {
            assertThat(writer).succeedsWithin(SOON);
        }
        assertThat(failed).hasValue(WRITERS);
    }

    @Test
    void aGroupOfMoreThan16MiB_isSyncedInParts() throws Exception {
        int writers = 4;
        try (KeyValueStore store = open(1, 1);
                steps) {
            CompletableFuture<Void> first = writeDuringASync(store, writes(store, writers, 6 << 20));
            steps.permits.release();
            assertThat(first).succeedsWithin(SOON);

            steps.awaitBegun(2);
            assertThat(stillWaiting()).hasSize(writers);
            steps.permits.release();
            steps.awaitBegun(3);
            while (stillWaiting().count() > 1) {
                Thread.sleep(1);
            }
            CompletableFuture<Void> last = stillWaiting().findAny().orElseThrow();
            assertThat(last).failsWithin(SHORT);

            steps.permits.release();
            assertThat(last).succeedsWithin(SOON);
        }
    }

    @Test
    void writersBeforeARestore_doNotWaitForIt() throws Exception {
        Gate gate = Gate.ofSnapshots();
        try (KeyValueStore other = KeyValueStore.builder().build();
                KeyValueStore store = open(1, 1, HookedDisk.of(HookedDisk.of(model, steps), gate));
                steps) {
            byte[] snapshot = snapshotOf(other);
            CompletableFuture<Void> first = writeDuringASync(store, writes(store, 3, 10));
            gate.shut();
            CompletableFuture<Void> restore = ThreadPerTask.run(() -> restore(store, snapshot));
            while (store.durableStats().lag() < 5) {
                Thread.sleep(1);
            }
            steps.close();
            gate.awaitWaiting();
            assertThat(first).succeedsWithin(SOON);
            for (CompletableFuture<Void> writer : waiting) {
                assertThat(writer).succeedsWithin(SOON);
            }
            assertThat(restore).isNotDone();
            gate.open();
            assertThat(restore).succeedsWithin(SOON);
        }
    }

    private static byte[] snapshotOf(KeyValueStore store) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.writeSnapshot(out);
        return out.toByteArray();
    }

    private static void restore(KeyValueStore store, byte[] snapshot) {
        try {
            store.restore(new ByteArrayInputStream(snapshot));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
