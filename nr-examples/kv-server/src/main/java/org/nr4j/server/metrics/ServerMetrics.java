package org.nr4j.server.metrics;

import java.util.Map;
import org.nr4j.server.cluster.Cluster;
import org.nr4j.server.monitor.CommandStats;
import org.nr4j.server.session.ServerState;

/** The figures of a server as a text that Prometheus reads. */
public final class ServerMetrics {
    /** The content type of the text. */
    public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double MILLIS = 1e3;
    private static final double MICROS = 1e6;
    private static final double NANOS = 1e9;

    private final PrometheusText out = new PrometheusText();

    private ServerMetrics() {}

    /**
     * What has been done over HTTP.
     *
     * @param responses the number of responses of each status
     * @param bounds the upper ends of the classes of durations but the last, in milliseconds
     * @param durations how many requests took how long
     * @param nanos how long all requests took
     */
    public record Http(
            Map<Integer, Long> responses, double[] bounds, long[] durations, long nanos, long received, long sent) {}

    /** Returns the text. */
    public static String text(ServerState server, Http http) {
        ServerMetrics metrics = new ServerMetrics();
        metrics.writeServer(server);
        metrics.writeTraffic(server, http);
        metrics.writeHttp(http);
        if (server.isLoaded()) {
            new StoreMetrics(metrics.out).write(server.engine());
            Cluster cluster = server.cluster();
            if (cluster != null) {
                new ClusterMetrics(metrics.out).write(cluster.status());
            }
        }
        new JvmMetrics(metrics.out).write();
        return metrics.out.toString();
    }

    private void writeServer(ServerState server) {
        out.gauge("uptime_seconds", "Time since the start.", (System.currentTimeMillis() - server.started()) / MILLIS);
        out.gauge("clients", "Clients that are connected.", server.clientCount());
        out.gauge(
                "clients_max",
                "Clients that may be connected.",
                server.settings().mostClients());
        out.counter("connections_total", "Connections opened.", server.stats().connections());
        out.counter(
                "connections_refused_total",
                "Connections refused, since there were too many.",
                server.stats().refusedConnections());
    }

    private void writeTraffic(ServerState server, Http http) {
        out.counter("received_bytes_total", "Bytes that clients have sent.");
        out.sample("received_bytes_total", server.stats().bytesIn(), "protocol", "resp");
        out.sample("received_bytes_total", http.received, "protocol", "http");
        out.counter("sent_bytes_total", "Bytes sent to clients.");
        out.sample("sent_bytes_total", server.stats().bytesOut(), "protocol", "resp");
        out.sample("sent_bytes_total", http.sent, "protocol", "http");
        out.counter("commands_total", "Commands that have run, or were not allowed to.");
        Map<String, CommandStats.Calls> commands = server.meter().commands().calls();
        commands.forEach((name, counts) -> {
            out.sample("commands_total", counts.calls() - counts.failed(), "command", name, "outcome", "ok");
            out.sample("commands_total", counts.failed(), "command", name, "outcome", "error");
            out.sample("commands_total", counts.rejected(), "command", name, "outcome", "rejected");
        });
        out.counter("command_seconds_total", "Time that commands have taken.");
        commands.forEach(
                (name, counts) -> out.sample("command_seconds_total", counts.micros() / MICROS, "command", name));
    }

    private void writeHttp(Http http) {
        out.counter("http_responses_total", "Responses over HTTP.");
        http.responses.forEach(
                (status, count) -> out.sample("http_responses_total", count, "status", status.toString()));
        double[] seconds = new double[http.bounds.length];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = http.bounds[i] / MILLIS;
        }
        out.distribution("http_request_seconds", "Time from the last byte of a request to that of its response.");
        out.histogram("http_request_seconds", seconds, http.durations, http.nanos / NANOS);
    }
}
