package org.nr4j.kv.internal.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.FollowerOptions;
import org.nr4j.cnr.CnrFollower;
import org.nr4j.cnr.CnrSnapshot;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.Cut;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.disk.ModelDisk;
import org.nr4j.kv.internal.op.Updates.Put;
import org.nr4j.kv.internal.op.Updates.ReplaceAll;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.op.WriteFormat;
import org.nr4j.kv.internal.replica.Query;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.tree.Totals;
import org.nr4j.kv.internal.values.ValueLog;
import org.nr4j.kv.internal.wal.Recovery;
import org.nr4j.kv.internal.wal.WriteAheadLog;

/** Passes cuts to a log one by one, so that a snapshot can be ahead of the log. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GroupCommitTest {
    private static final Shape SHAPE = Shape.standard(false);
    private static final Durability OPTIONS = Durability.in(Path.of("model"))
            .syncPolicy(SyncPolicy.NEVER)
            .snapshotBytes(4_096)
            .minFreeBytes(4_096);

    private final ModelDisk disk = new ModelDisk(new Random(1));
    private final BlockingQueue<Cut<Update>> cuts = new LinkedBlockingQueue<>();

    private static ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated(int logs) {
        return ConcurrentNodeReplicated.<Query, Update, @Nullable Object>builder(
                        () -> new StoreReplica(logs, SHAPE, InstantSource.system(), null), Query::logs, Update::logs)
                .logs(logs)
                .copier((StoreReplica replica) -> replica.copy())
                .build();
    }

    private static Put put(String key, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
        return new Put(
                key.getBytes(StandardCharsets.US_ASCII),
                bytes,
                Totals.NEVER,
                null,
                When.ALWAYS,
                /* answersOld= */ false,
                WriteFormat.NO_TIME);
    }

    private static CnrSnapshot<Contents> snapshot(ConcurrentNodeReplicated<Query, Update, @Nullable Object> store) {
        return store.snapshot((StoreReplica replica) -> replica.snapshot());
    }

    private Recovery recover() throws IOException {
        return Recovery.open(disk, (bytes, total) -> {});
    }

    private ValueLog values(Recovery recovery) throws IOException {
        return ValueLog.open(disk, recovery.storeId(), Long.MAX_VALUE, /* cacheBytes= */ 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void newContents_thatABaseHasBeforeTheLog_areSkipped(int logs) throws Exception {
        Recovery recovery = recover();
        recovery.replay((segment, offset, payload) -> {});
        CompletableFuture<CnrSnapshot<Contents>> taken = new CompletableFuture<>();
        Contents expected;
        try (var store = replicated(logs);
                WriteAheadLog log = recovery.start(new long[logs]);
                CnrFollower follower = store.follow(cuts::add, FollowerOptions.defaults())) {
            CommitState state = new CommitState(store.indexes());
            BackgroundBase bases = new BackgroundBase(
                    log, values(recovery), OPTIONS, /* hasher= */ 0, taken::join, store::executeMutAll);
            GroupCommit commit = new GroupCommit(log, disk, OPTIONS, state, bases);

            Cut<Update> first = write(store, put("a", "1".repeat(5_000)));
            commit.accept(first); // starts a snapshot
            Cut<Update> before = write(store, put("lost", "2"));
            Cut<Update> all = write(store, new ReplaceAll(replicatedContents(logs)));
            Cut<Update> after = write(store, put("c", "3"));
            taken.complete(snapshot(store));
            while (bases.completed() == 0) {
                commit.tick(first.after());
            }
            commit.accept(before);
            commit.accept(all);
            commit.accept(after);
            commit.accept(write(store, put("d", "4")));
            expected = snapshot(store).state();
            assertThat(follower.ended()).isNotDone();
        }
        Recovery again = recover();
        Replay replay = new Replay(new StoreForm(logs, SHAPE, null, name -> null), again, values(again));
        replay.run();
        assertThat(replay.contents().count()).isEqualTo(expected.count()).isEqualTo(3);
        assertThat(text(replay.contents())).isEqualTo(text(expected));
    }

    private Cut<Update> write(ConcurrentNodeReplicated<Query, Update, @Nullable Object> store, Update write)
            throws InterruptedException {
        store.executeMut(write);
        return cuts.take();
    }

    /** Contents with one entry. */
    private static Contents replicatedContents(int logs) {
        StoreReplica replica = new StoreReplica(logs, SHAPE, InstantSource.system(), null);
        put("b", "2").applyTo(replica);
        return replica.snapshot();
    }

    private static String text(Contents contents) {
        StringBuilder text = new StringBuilder();
        var scan = contents.scan(null, null, /* descending= */ false);
        while (scan.advance()) {
            text.append(new String(scan.key(), StandardCharsets.US_ASCII)).append('=');
            text.append(new String(scan.value(), StandardCharsets.US_ASCII)).append(' ');
        }
        return text.toString();
    }
}
