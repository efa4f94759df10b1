package org.nr4j.cluster;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.cluster.LocalState;

/**
 * The store of a member as the state machine of Ratis. An entry is the leader's time (8) and a proposal. One thread
 * applies the entries, in the order of the log. So the futures complete in that order, too, and a read that waits for
 * an index never sees less.
 */
final class RaftState extends BaseStateMachine {
    private static final Logger LOGGER = System.getLogger(RaftState.class.getName());

    private final LocalState state;
    private final Figures figures;
    private final Members members = new Members();
    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    private final ExecutorService applier = Executors.newSingleThreadExecutor(daemon("nr4j-cluster-applier"));
    private final ExecutorService writer = Executors.newSingleThreadExecutor(daemon("nr4j-cluster-snapshots"));

    /** The time of the last call. Only the applier writes it. Volatile, since snapshots read it. */
    private volatile long millis;

    /** When the last entry was applied, by {@link System#nanoTime}. */
    private volatile long appliedNanos = System.nanoTime();

    private volatile boolean writing;
    private volatile Observer observer = new Observer();

    /** Learns what happens to the state machine. */
    static class Observer {
        /** A proposal has been decided on. Called by the applier. */
        void decided(Proposal proposal, Outcome outcome) {}

        /** All contents have been replaced by those of a snapshot. */
        void replaced() {}

        /** The member knows another leader. */
        void leaderChanged() {}

        /** The member cannot go on, since its store may differ from the others now. */
        void failed(Throwable cause) {}
    }

    RaftState(LocalState state, Figures figures) {
        this.state = state;
        this.figures = figures;
    }

    static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    void observe(Observer learns) {
        observer = learns;
    }

    Members members() {
        return members;
    }

    /** Returns how long ago the last entry was applied. */
    long nanosSinceApplied() {
        return System.nanoTime() - appliedNanos;
    }

    // ---- the life of the state machine ----

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage raftStorage) throws IOException {
        super.initialize(server, group, raftStorage);
        storage.init(raftStorage);
        restore(storage.getLatestSnapshot());
        getLifeCycle().startAndTransition(() -> {});
    }

    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    /** Takes over a snapshot that the leader has sent. */
    @Override
    public void reinitialize() throws IOException {
        runOnApplier(() -> {
            restore(storage.loadLatestSnapshot());
            figures.installed.increment();
        });
        observer.replaced();
        if (getLifeCycleState() == LifeCycle.State.PAUSED) {
            getLifeCycle().transition(LifeCycle.State.STARTING);
            getLifeCycle().transition(LifeCycle.State.RUNNING);
        }
    }

    private void restore(@Nullable SingleFileSnapshotInfo snapshot) throws IOException {
        if (snapshot != null) {
            millis = SnapshotFile.read(snapshot.getFile().getPath().toFile(), members, state);
            setLastAppliedTermIndex(snapshot.getTermIndex());
            figures.snapshotIndex.set(snapshot.getIndex());
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private void runOnApplier(Task task) throws IOException {
        try {
            applier.submit(() -> {
                        task.run();
                        return null;
                    })
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the applier must end its work: state=interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("the applier failed: cause=" + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        getLifeCycle().checkStateAndClose();
        applier.shutdown();
        writer.shutdown();
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return storage;
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
        figures.leaderChanges.increment();
        observer.leaderChanged();
    }

    // ---- entries ----

    /** An entry without a proposal. It keeps its place among the others, which the applier may still have to apply. */
    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        applier.execute(() -> updateLastAppliedTermIndex(term, index));
    }

    /** On the leader: puts its time before the proposal. */
    @Override
    public TransactionContext startTransaction(RaftClientRequest request) {
        byte[] stamp = ByteBuffer.allocate(Long.BYTES)
                .putLong(System.currentTimeMillis())
                .array();
        return TransactionContext.newBuilder()
                .setStateMachine(this)
                .setClientRequest(request)
                .setLogData(
                        ByteString.copyFrom(stamp).concat(request.getMessage().getContent()))
                .build();
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext context) {
        LogEntryProto entry = Objects.requireNonNull(context.getLogEntry());
        ByteBuffer data =
                ByteBuffer.wrap(entry.getStateMachineLogEntry().getLogData().toByteArray());
        TermIndex position = TermIndex.valueOf(entry);
        CompletableFuture<Message> done = new CompletableFuture<>();
        applier.execute(() -> {
            try {
                done.complete(apply(data, position));
            } catch (Throwable e) {
                // The others may have applied it. This member would differ, so it must not go on.
                LOGGER.log(Level.ERROR, "a member must apply each entry: index=" + position + "; it ends", e);
                observer.failed(e);
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private Message apply(ByteBuffer data, TermIndex position) {
        millis = Math.max(millis, data.getLong());
        Proposal proposal = Proposal.decode(data);
        Outcome.Kind kind = members.admit(proposal);
        List<byte[]> answers = new ArrayList<>();
        if (kind == Outcome.Kind.APPLIED) {
            for (byte[] call : proposal.calls()) {
                answers.add(state.apply(millis, call));
            }
            figures.entries.increment();
            figures.commands.add(proposal.commands());
        } else {
            figures.repeated.increment();
        }
        Outcome outcome = new Outcome(kind, members.run(proposal.member()), answers);
        updateLastAppliedTermIndex(position);
        appliedNanos = System.nanoTime();
        observer.decided(proposal, outcome);
        byte[] encoded = outcome.encode();
        return Message.valueOf(ByteString.copyFrom(encoded));
    }

    /** Completes when the entries are applied that were committed before the call. */
    @Override
    public CompletableFuture<Message> query(Message request) {
        CompletableFuture<Message> done = new CompletableFuture<>();
        applier.execute(() -> done.complete(Message.EMPTY));
        return done;
    }

    // ---- snapshots ----

    /**
     * Begins to write a snapshot, unless one is being written. Ratis calls this when all entries so far are applied.
     *
     * @return the index of the last snapshot that is on the disk
     */
    @Override
    public long takeSnapshot() throws IOException {
        if (!writing) {
            writing = true;
            TermIndex position = getLastAppliedTermIndex();
            LocalState.Contents contents = state.snapshot();
            ByteArrayOutputStream known = new ByteArrayOutputStream();
            members.writeTo(new DataOutputStream(known));
            long time = millis;
            writer.execute(() -> write(position, time, known.toByteArray(), contents));
        }
        long index = figures.snapshotIndex.get();
        return index < 0 ? RaftLog.INVALID_LOG_INDEX : index;
    }

    private void write(TermIndex position, long time, byte[] known, LocalState.Contents contents) {
        try {
            File file = storage.getSnapshotFile(position.getTerm(), position.getIndex());
            FileInfo info = new FileInfo(file.toPath(), SnapshotFile.write(file, time, known, contents));
            storage.updateLatestSnapshot(new SingleFileSnapshotInfo(info, position));
            figures.snapshotIndex.accumulateAndGet(position.getIndex(), Math::max);
            figures.snapshots.increment();
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "a snapshot could not be written; the next one tries again", e);
        } finally {
            writing = false;
        }
    }

    @Override
    public String toString() {
        return "nr4j-store";
    }
}
