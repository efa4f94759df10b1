package org.nr4j.cluster;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.cluster.Cluster;
import org.nr4j.server.cluster.ClusterException;
import org.nr4j.server.cluster.ClusterStatus;
import org.nr4j.server.cluster.LocalState;
import org.nr4j.server.config.ClusterSettings;

/** A member of a cluster whose members agree by Raft. */
final class RaftCluster implements Cluster {
    private static final Logger LOGGER = System.getLogger(RaftCluster.class.getName());

    /** The exit code of a process whose store may differ from the others. */
    private static final int DIVERGED = 70;

    /** How far the time of the members may be behind while entries expire. */
    private static final long TICK_MILLIS = 100;

    /** How far it may be behind else. A member that has started empty also learns by a tick that it is behind. */
    private static final long IDLE_TICK_MILLIS = 1_000;

    private static final long EXPIRE_MILLIS = 50;

    private final ClusterSettings settings;
    private final LocalState local;
    private final Figures figures = new Figures();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(RaftState.daemon("nr4j-cluster-timer"));
    private final ExecutorService background =
            Executors.newSingleThreadExecutor(RaftState.daemon("nr4j-cluster-background"));
    private final RaftServer server;
    private final RaftState state;
    private final Link link;
    private final Proposals proposals;
    private final ReadBarrier reads;

    private RaftCluster(ClusterSettings settings, Path directory, LocalState local, Proposals.Names names)
            throws IOException {
        this.settings = settings;
        this.local = local;
        this.state = new RaftState(local, figures);
        RaftProperties properties = RaftOptions.of(settings, directory);
        RaftGroup group = RaftOptions.group(settings);
        boolean begunBefore =
                Files.isDirectory(directory.resolve(RaftOptions.GROUP.getUuid().toString()));
        this.server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(settings.id()))
                .setGroup(group)
                .setStateMachine(state)
                .setProperties(properties)
                .setOption(begunBefore ? RaftStorage.StartupOption.RECOVER : RaftStorage.StartupOption.FORMAT)
                .build();
        this.link = new Link(server, group, properties);
        this.proposals = new Proposals(names, local.begin(), settings.timeoutMillis(), link, state, figures, timer);
        this.reads = new ReadBarrier(link, figures, timer, settings.timeoutMillis());
    }

    static RaftCluster start(ClusterSettings settings, Path directory, LocalState local, Proposals.Names names) {
        try {
            Files.createDirectories(directory);
            RaftCluster cluster = new RaftCluster(settings, directory, local, names);
            cluster.begin();
            LOGGER.log(Level.INFO, "a member has started: id={0} directory={1}", settings.id(), directory);
            return cluster;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "a member must be able to use its directory and its address: id=" + settings.id() + " directory="
                            + directory + " address=" + settings.peers().get(settings.id()) + " problem="
                            + e.getMessage()
                            + "; end the process that uses them, or name others",
                    e);
        }
    }

    private void begin() throws IOException {
        state.observe(new RaftState.Observer() {
            @Override
            void decided(Proposal proposal, Outcome outcome) {
                proposals.decided(proposal, outcome);
            }

            @Override
            void replaced() {
                proposals.replaced();
            }

            @Override
            void leaderChanged() {
                proposals.leaderChanged();
            }

            @Override
            void failed(Throwable cause) {
                Runtime.getRuntime().halt(DIVERGED);
            }
        });
        server.start();
        proposals.begin();
        timer.scheduleWithFixedDelay(this::expire, EXPIRE_MILLIS, EXPIRE_MILLIS, TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void expire() {
        try {
            proposals.expire();
            reads.expire();
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "requests that have waited too long wait on", e);
        }
    }

    /** On the leader: lets time pass. */
    private void tick() {
        try {
            long idle = TimeUnit.NANOSECONDS.toMillis(state.nanosSinceApplied());
            if (isLeader() && (idle >= IDLE_TICK_MILLIS || (idle >= TICK_MILLIS && local.needsTime()))) {
                CompletableFuture<byte[]> unused = proposals.submit(local.tick(), 0);
            }
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "the time of the members stands still until the next tick", e);
        }
    }

    // ---- requests ----

    @Override
    public CompletableFuture<byte[]> submit(byte[] call, int commands) {
        return proposals.submit(call, commands);
    }

    @Override
    public CompletableFuture<?> awaitCurrent() {
        return reads.await();
    }

    @Override
    public CompletableFuture<?> lead() {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        long millis = settings.timeoutMillis();
        timer.schedule(
                () -> done.completeExceptionally(ClusterException.unknown(
                        "this member has not become the leader yet: waited=" + millis + " ms")),
                millis,
                TimeUnit.MILLISECONDS);
        background.execute(() -> {
            try {
                RaftClientReply reply = link.transferLeadership(link.self(), millis);
                if (reply.isSuccess()) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(ClusterException.notRun(
                            "this member could not become the leader: problem=" + reply.getException()));
                }
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(
                        ClusterException.unknown("this member may not have become the leader: problem=" + e));
            }
        });
        return done;
    }

    // ---- what is known ----

    @Override
    public boolean isLeader() {
        return link.info().isLeaderReady();
    }

    @Override
    public ClusterStatus status() {
        DivisionInfo info = link.info();
        RaftPeerId leader = info.getLeaderId();
        List<ClusterStatus.Member> members = new ArrayList<>();
        settings.peers().forEach((name, peer) -> {
            Members.Addresses addresses = state.members().addresses(name);
            members.add(new ClusterStatus.Member(
                    name,
                    peer.toString(),
                    addresses == null ? "" : addresses.resp(),
                    addresses == null ? "" : addresses.http(),
                    name.equals(settings.id()) || isReachable(info, name)));
        });
        return new ClusterStatus(
                settings.id(),
                leader == null ? "" : leader.toString(),
                info.getCurrentTerm(),
                members,
                age(info),
                figures(info));
    }

    /** Whether another member was heard of lately. Only the leader hears of all. */
    private boolean isReachable(DivisionInfo info, String name) {
        if (!info.isLeader()) {
            RaftPeerId leader = info.getLeaderId();
            return leader != null;
        }
        return info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
                .filter(follower -> follower.getId().getId().toStringUtf8().equals(name))
                .anyMatch(follower -> follower.getLastRpcElapsedTimeMs() < 4 * settings.electionMillis());
    }

    private long age(DivisionInfo info) {
        if (info.isLeaderReady()) {
            return 0;
        }
        long current = reads.currentNanos();
        return current == 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - current);
    }

    private Map<String, Number> figures(DivisionInfo info) {
        long commit = link.division().getRaftLog().getLastCommittedIndex();
        long applied = state.getLastAppliedTermIndex().getIndex();
        long entries = figures.entries.sum();
        long questions = figures.readIndexes.sum();
        Map<String, Number> all = new LinkedHashMap<>();
        all.put("term", info.getCurrentTerm());
        all.put("commit_index", commit);
        all.put("applied_index", applied);
        all.put("apply_lag", Math.max(0, commit - applied));
        all.put("snapshot_index", figures.snapshotIndex.get());
        all.put("snapshots_written", figures.snapshots.sum());
        all.put("snapshots_installed", figures.installed.sum());
        all.put("entries", entries);
        all.put("entry_commands", figures.commands.sum());
        all.put("entries_repeated", figures.repeated.sum());
        all.put("commands_an_entry", entries == 0 ? 0 : Math.round(10.0 * figures.commands.sum() / entries) / 10.0);
        all.put("proposals", figures.proposals.sum());
        all.put("proposal_attempts", figures.attempts.sum());
        all.put("requests_unknown", figures.unknown.sum());
        all.put("requests_not_run", figures.notRun.sum());
        all.put("reads_linearizable", figures.reads.sum());
        all.put("read_indexes", questions);
        all.put("read_index_usec", questions == 0 ? 0 : figures.readIndexMicros.sum() / questions);
        all.put("leader_changes", figures.leaderChanges.sum());
        return all;
    }

    // ---- the end ----

    @Override
    public void close() {
        timer.shutdownNow();
        background.shutdownNow();
        proposals.close();
        reads.close();
        link.close();
        try {
            server.close();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "a member could not end orderly; its log is on the disk", e);
        }
    }
}
