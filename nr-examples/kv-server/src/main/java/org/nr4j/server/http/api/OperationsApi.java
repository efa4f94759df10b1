package org.nr4j.server.http.api;

import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.http.Exchange;
import org.nr4j.server.http.HttpStats;
import org.nr4j.server.http.Json;
import org.nr4j.server.http.Response;
import org.nr4j.server.metrics.ServerMetrics;
import org.nr4j.server.session.Counters;
import org.nr4j.server.session.ServerState;

/** What the server says of itself: {@code /health}, {@code /metrics} and {@code /v1/figures}. */
final class OperationsApi {
    private final ServerState server;
    private final HttpStats stats;

    OperationsApi(ServerState server, HttpStats stats) {
        this.server = server;
        this.stats = stats;
    }

    // ---- health ----

    void health(Exchange exchange) {
        exchange.allow("GET", "HEAD");
        Throwable failure = failure();
        String json = Json.text(out -> {
            out.beginObject();
            out.name("status").value(failure == null ? "ok" : "failed");
            if (failure != null) {
                out.name("cause").value("the disk failed, so the store takes no writes: " + failure.getMessage());
            }
            out.endObject();
        });
        HttpResponseStatus status = failure == null ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
        exchange.respond(Response.of(status, Response.JSON, json));
    }

    /** Returns why the store takes no more writes; null if it does. */
    private @Nullable Throwable failure() {
        boolean durable = server.settings().directory() != null;
        return durable ? server.engine().store().durableStats().failure() : null;
    }

    // ---- figures ----

    void metrics(Exchange exchange) {
        exchange.allow("GET", "HEAD");
        ServerMetrics.Http http = new ServerMetrics.Http(
                stats.responses(),
                HttpStats.bounds(),
                stats.durations(),
                stats.nanos(),
                stats.bytesIn(),
                stats.bytesOut());
        exchange.respond(Response.of(HttpResponseStatus.OK, ServerMetrics.TYPE, ServerMetrics.text(server, http)));
    }

    /** What the page for browsers shows. */
    void figures(Exchange exchange) {
        exchange.allow("GET");
        Runtime runtime = Runtime.getRuntime();
        Counters.Sums sums = server.counterSums();
        long[] keys = server.engine().databaseSizes();
        exchange.respond(Response.json(Json.text(out -> {
            out.beginObject();
            out.name("time").value(System.currentTimeMillis());
            out.name("uptimeMillis").value(System.currentTimeMillis() - server.started());
            out.name("commands").value(server.stats().commands());
            out.name("clients").value(server.clientCount());
            out.name("memoryUsed").value(runtime.totalMemory() - runtime.freeMemory());
            out.name("memoryMax").value(runtime.maxMemory());
            out.name("storeBytes").value(server.engine().store().bytes());
            out.name("received").value(sums.received() + stats.bytesIn());
            out.name("sent").value(sums.sent() + stats.bytesOut());
            out.name("keys").beginArray();
            for (long count : keys) {
                out.value(count);
            }
            out.endArray();
            out.endObject();
        })));
    }
}
