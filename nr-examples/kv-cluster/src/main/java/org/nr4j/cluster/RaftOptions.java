package org.nr4j.cluster;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.nr4j.server.config.ClusterSettings;

/** The settings of a member, as Ratis has them. */
final class RaftOptions {
    /** The longest entry. An answer may be twice as long. */
    static final int LONGEST_ENTRY = 16 << 20;

    /** All clusters have one group, whose number is fixed, so that all members agree on it. */
    static final RaftGroupId GROUP =
            RaftGroupId.valueOf(UUID.nameUUIDFromBytes("nr4j-cluster".getBytes(StandardCharsets.UTF_8)));

    private static final int KEPT_ENTRIES = 10_000;

    private RaftOptions() {}

    static RaftGroup group(ClusterSettings settings) {
        List<RaftPeer> peers = settings.peers().entrySet().stream()
                .map(entry -> RaftPeer.newBuilder()
                        .setId(entry.getKey())
                        .setAddress(entry.getValue().toString())
                        .build())
                .toList();
        return RaftGroup.valueOf(GROUP, peers);
    }

    static RaftProperties of(ClusterSettings settings, Path directory) {
        RaftProperties properties = new RaftProperties();
        ClusterSettings.Peer own = Objects.requireNonNull(settings.peers().get(settings.id()));
        GrpcConfigKeys.Server.setHost(properties, own.host());
        GrpcConfigKeys.Server.setPort(properties, own.port());
        GrpcConfigKeys.setMessageSizeMax(properties, SizeInBytes.valueOf(2L * LONGEST_ENTRY + (1 << 20)));
        setTimes(properties, settings);
        setLog(properties, settings, directory);
        return properties;
    }

    private static TimeDuration millis(long millis) {
        return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
    }

    private static void setTimes(RaftProperties properties, ClusterSettings settings) {
        long election = settings.electionMillis();
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(election));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(2 * election));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(election / 2));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(election));
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, millis(2 * election));
        RaftServerConfigKeys.Rpc.setSlownessTimeout(properties, millis(60_000));
        RaftClientConfigKeys.Rpc.setRequestTimeout(properties, millis(settings.timeoutMillis()));
        RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
        RaftServerConfigKeys.Read.setTimeout(properties, millis(Math.max(1_000, 2 * election)));
        RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, settings.lease());
        RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
        // A process that was stopped must not end, but catch up.
        RaftServerConfigKeys.setCloseThreshold(properties, millis(TimeUnit.DAYS.toMillis(1)));
    }

    private static void setLog(RaftProperties properties, ClusterSettings settings, Path directory) {
        RaftServerConfigKeys.setStorageDir(properties, List.of(directory.toFile()));
        RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("4MB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("1MB"));
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf(LONGEST_ENTRY + (2L << 20)));
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(
                properties, SizeInBytes.valueOf(LONGEST_ENTRY + (1L << 20)));
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(
                properties, Math.min(KEPT_ENTRIES, settings.snapshotEntries()));
        RaftServerConfigKeys.Log.setPurgeGap(properties, (int) Math.min(1_024, settings.snapshotEntries()));
        RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, settings.snapshotEntries());
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, 2);
    }
}
