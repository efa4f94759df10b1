package org.nr4j.cluster;

import java.nio.file.Path;
import java.util.Objects;
import org.nr4j.server.cluster.Cluster;
import org.nr4j.server.cluster.ClusterProvider;
import org.nr4j.server.cluster.LocalState;
import org.nr4j.server.config.ClusterSettings;
import org.nr4j.server.config.Settings;

/** Lets the server join a cluster whose members agree by Raft. */
public final class RaftProvider implements ClusterProvider {
    @Override
    public String name() {
        return "raft";
    }

    @Override
    public Cluster join(Settings settings, LocalState state, String resp, String http) {
        ClusterSettings cluster = Objects.requireNonNull(settings.cluster(), "the settings must name a cluster");
        Path directory = settings.directory();
        Path used = directory == null ? Path.of("nr4j-cluster", cluster.id()) : directory;
        return RaftCluster.start(cluster, used, state, new Proposals.Names(cluster.id(), resp, http));
    }
}
