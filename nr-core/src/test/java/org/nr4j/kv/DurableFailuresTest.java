package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.FollowerOptions;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.NotDurableException;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.kv.internal.disk.ModelDisk;
import org.nr4j.testing.ThreadPerTask;

/** What a durable store does while its disk is slow, full, or broken. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DurableFailuresTest {
    private static final byte[] KEY = {'k'};
    private static final byte[] OLD = {'o'};
    private static final byte[] NEW = {'n'};
    private static final Duration SHORT = Duration.ofMillis(200);

    private final ModelDisk model = new ModelDisk(new Random(1));
    private final Gate gate = Gate.ofSyncs();

    private KeyValueStore.Builder builder(SyncPolicy policy) {
        return KeyValueStore.builder()
                .durable(Durability.in(Path.of("model")).syncPolicy(policy).minFreeBytes(4_096))
                .disk(HookedDisk.of(model, gate));
    }

    // ---- a slow disk ----

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void always_neitherAWriterNorAReader_isAheadOfTheDisk(int logs) throws Exception {
        List<Change> heard = new CopyOnWriteArrayList<>();
        List<byte[]> followed = new CopyOnWriteArrayList<>();
        try (KeyValueStore store = builder(SyncPolicy.ALWAYS).logs(logs).build()) {
            store.set(KEY, OLD);
            try (ChangeSubscription subscription = store.listen(KeyRange.all(), heard::add);
                    var follower =
                            store.follow(writes -> followed.addAll(writes.writes()), FollowerOptions.defaults())) {
                gate.shut();
                CompletableFuture<Void> writer = ThreadPerTask.run(() -> store.set(KEY, NEW));
                gate.awaitWaiting();
                CompletableFuture<byte[]> reader = ThreadPerTask.supply(() -> store.get(KEY));
                CompletableFuture<Long> count = ThreadPerTask.supply(() -> store.count(KeyRange.all()));
                CompletableFuture<KeyValueSnapshot> snapshot = ThreadPerTask.supply(store::snapshot);

                assertThat(writer).isNotCompleted();
                assertThat(reader).failsWithin(SHORT);
                assertThat(count).isNotCompleted();
                assertThat(snapshot).isNotCompleted();
                assertThat(heard).isEmpty();
                assertThat(followed).isEmpty();

                gate.open();
                writer.join();
                assertThat(store.get(KEY)).isEqualTo(NEW);
                assertThat(count.join()).isOne();
                assertThat(snapshot.join().get(KEY)).isEqualTo(NEW);
                subscription.finish();
                assertThat(subscription.ended()).succeedsWithin(Duration.ofSeconds(30));
                assertThat(heard).hasSize(1);
                follower.finish();
                assertThat(follower.ended()).succeedsWithin(Duration.ofSeconds(30));
                assertThat(followed).hasSize(1);
            }
        }
    }

    @Test
    void interval_doesNotWait_andTheDiskHasTheWritesLater() throws Exception {
        try (KeyValueStore store =
                builder(SyncPolicy.interval(Duration.ofMillis(20))).build()) {
            long syncs = store.durableStats().syncs();
            gate.shut();
            store.set(KEY, OLD);
            assertThat(store.get(KEY)).isEqualTo(OLD);
            gate.open();
            while (store.durableStats().syncs() == syncs) {
                Thread.sleep(1);
            }
        }
    }

    @Test
    void aWriterThatIsInterrupted_waitsOn_andKeepsItsInterrupt() throws Exception {
        try (KeyValueStore store = builder(SyncPolicy.ALWAYS).build()) {
            gate.shut();
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread writer = new Thread(() -> {
                store.set(KEY, NEW);
                interrupted.complete(Thread.currentThread().isInterrupted());
            });
            writer.start();
            gate.awaitWaiting();
            writer.interrupt();
            assertThat(interrupted).failsWithin(SHORT);
            gate.open();
            assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    // ---- a broken disk ----

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterAFailedCall_writesStopForGood_andReadsGoOn(boolean always) throws Exception {
        KeyValueStore store = builder(SyncPolicy.ALWAYS).build();
        store.set(KEY, OLD);
        model.failAfter(0, always);

        NotDurableException failed = catchThrowableOfType(NotDurableException.class, () -> store.set(KEY, NEW));
        assertThat(failed).rootCause().hasMessageContaining("injected");
        assertThat(failed.isApplied()).isTrue();
        assertThat(failed.isForGood()).isTrue();
        model.failNoMore();
        NotDurableException refused = catchThrowableOfType(NotDurableException.class, () -> store.set(KEY, OLD));
        assertThat(refused.isApplied()).isFalse();
        assertThat(refused.isForGood()).isTrue();
        assertThat(refused).hasCause(failed.getCause());
        assertThat(store.get(KEY)).isEqualTo(NEW);
        assertThat(store.size()).isOne();
        assertThat(store.durableStats().failure()).isSameAs(failed.getCause());
        assertThatThrownBy(store::close).isInstanceOf(NotDurableException.class);
        assertThat(model.opened()).isZero();

        KeyValueStore again = builder(SyncPolicy.ALWAYS).disk(model.crash()).build();
        assertThat(again.get(KEY)).isIn(OLD, NEW);
        again.set(KEY, OLD);
        again.close();
    }

    @Test
    void aFailureOfALaterSync_reachesTheNextWriter() throws Exception {
        KeyValueStore store =
                builder(SyncPolicy.interval(Duration.ofMillis(10))).build();
        model.failAfter(0, /* always= */ true);
        store.set(KEY, NEW);
        while (store.durableStats().failure() == null) {
            Thread.sleep(1);
        }
        assertThatThrownBy(() -> store.set(KEY, OLD)).isInstanceOf(NotDurableException.class);
        assertThat(store.get(KEY)).isEqualTo(NEW);
        assertThatThrownBy(store::close).isInstanceOf(NotDurableException.class);
    }

    // ---- a full disk ----

    @Test
    void onAFullDisk_writesAreRefusedWhole_andGoOnOnceThereIsRoom() throws Exception {
        KeyValueStore store = builder(SyncPolicy.ALWAYS).build();
        store.set(KEY, OLD);
        store.set(KEY, OLD); // returns after the log's thread has looked at the room for the first time
        model.capacity(model.used() + 10);
        CompletableFuture<Void> inFlight = ThreadPerTask.run(() -> store.set(KEY, NEW));
        NotDurableException refused = null;
        while (refused == null) {
            refused = ThreadPerTask.supply(() -> refusal(store))
                    .completeOnTimeout(null, 100, TimeUnit.MILLISECONDS)
                    .join();
        }
        assertThat(refused.isApplied()).isFalse();
        assertThat(refused.isForGood()).isFalse();
        assertThat(inFlight).isNotCompleted();

        model.capacity(Long.MAX_VALUE);
        inFlight.get(30, TimeUnit.SECONDS);
        setOnceThereIsRoom(store);
        store.close();
        try (KeyValueStore again = builder(SyncPolicy.ALWAYS).build()) {
            assertThat(again.get(KEY)).isEqualTo(OLD);
        }
    }

    /** Returns how the store refuses a write; null if it does not. Waits while a write that came before waits. */
    private static NotDurableException refusal(KeyValueStore store) {
        return catchThrowableOfType(NotDurableException.class, () -> store.replay(List.of()));
    }

    private static void setOnceThereIsRoom(KeyValueStore store) throws InterruptedException {
        while (true) {
            try {
                store.set(KEY, OLD);
                return;
            } catch (NotDurableException e) {
                assertThat(e.isForGood()).isFalse();
                Thread.sleep(10);
            }
        }
    }

    @Test
    void closingOnAFullDisk_endsAndSaysSo() throws Exception {
        KeyValueStore store = builder(SyncPolicy.NEVER).build();
        model.capacity(model.used() + 10);
        store.set(KEY, NEW);

        assertThatThrownBy(store::close).isInstanceOf(NotDurableException.class);
        assertThat(model.opened()).isZero();
    }
}
