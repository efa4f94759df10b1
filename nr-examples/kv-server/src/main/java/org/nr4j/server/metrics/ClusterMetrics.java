package org.nr4j.server.metrics;

import org.nr4j.server.cluster.ClusterStatus;

/** The figures of a member of a cluster. */
final class ClusterMetrics {
    private final PrometheusText out;

    ClusterMetrics(PrometheusText out) {
        this.out = out;
    }

    void write(ClusterStatus status) {
        out.gauge(
                "cluster_leader",
                "Whether this member is the leader: 1 or 0.",
                status.self().equals(status.leader()) ? 1 : 0);
        out.gauge(
                "cluster_has_leader",
                "Whether this member knows a leader: 1 or 0.",
                status.leader().isEmpty() ? 0 : 1);
        out.gauge("cluster_age_millis", "How long ago the member was known to have all writes.", status.ageMillis());
        status.figures()
                .forEach((name, value) ->
                        out.gauge("cluster_" + name, "As the field of CLUSTER INFO.", value.doubleValue()));
    }
}
