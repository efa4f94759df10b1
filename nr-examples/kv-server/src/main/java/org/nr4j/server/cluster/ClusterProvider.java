package org.nr4j.server.cluster;

import org.nr4j.server.config.Settings;

/** Lets a server join a cluster. The server finds it as a service, so that it does not depend on an engine. */
public interface ClusterProvider {
    /** Returns the value of the parameter {@code cluster} that chooses this provider. */
    String name();

    /**
     * Joins the cluster that the settings describe. Returns when the local state has what the member's disk has.
     *
     * @param resp the address for Redis clients, as HOST:PORT
     * @param http the address for HTTP, as HOST:PORT; empty for none
     * @throws IllegalArgumentException if the settings cannot be used
     * @throws IllegalStateException if the directory or the network cannot be used
     */
    Cluster join(Settings settings, LocalState state, String resp, String http);
}
