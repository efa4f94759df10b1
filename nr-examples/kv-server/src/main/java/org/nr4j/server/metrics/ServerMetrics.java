package org.nr4j.server.metrics;

import java.util.Map;
import org.nr4j.server.session.Counters;
import org.nr4j.server.session.ServerState;

/** The figures of a server as a text that Prometheus reads. */
public final class ServerMetrics {
    /** The content type of the text. */
    public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double MILLIS = 1e3;
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
        metrics.writeTraffic(server.counterSums(), http);
        metrics.writeHttp(http);
        new StoreMetrics(metrics.out).write(server.engine(), server.settings().directory() != null);
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

    private void writeTraffic(Counters.Sums sums, Http http) {
        out.counter("received_bytes_total", "Bytes that clients have sent.");
        out.sample("received_bytes_total", sums.received(), "protocol", "resp");
        out.sample("received_bytes_total", http.received, "protocol", "http");
        out.counter("sent_bytes_total", "Bytes sent to clients.");
        out.sample("sent_bytes_total", sums.sent(), "protocol", "resp");
        out.sample("sent_bytes_total", http.sent, "protocol", "http");
        out.counter("commands_total", "Commands that have answered.");
        sums.commands().forEach((name, outcomes) -> {
            out.sample("commands_total", outcomes.done(), "command", name, "outcome", "ok");
            out.sample("commands_total", outcomes.failed(), "command", name, "outcome", "error");
        });
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
