package org.nr4j.server.http.api;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.http.Exchange;
import org.nr4j.server.http.HttpStats;
import org.nr4j.server.http.Json;
import org.nr4j.server.http.Response;
import org.nr4j.server.metrics.ServerMetrics;
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
        if (!server.isLoaded()) {
            String progress =
                    String.format(Locale.ROOT, "%.0f", server.loading().percent());
            respond(exchange, "loading", "the server has read " + progress + " percent of its data");
            return;
        }
        Throwable failure = failure();
        if (failure == null) {
            respond(exchange, "ok", null);
        } else {
            respond(exchange, "failed", "the disk failed, so the store takes no writes: " + failure.getMessage());
        }
    }

    private static void respond(Exchange exchange, String status, @Nullable String cause) {
        String json = Json.text(out -> {
            out.beginObject();
            out.name("status").value(status);
            if (cause != null) {
                out.name("cause").value(cause);
            }
            out.endObject();
        });
        HttpResponseStatus code = cause == null ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
        exchange.respond(Response.of(code, Response.JSON, json));
    }

    /** Returns why the store takes no more writes; null if it does. */
    private @Nullable Throwable failure() {
        return server.engine().isDurable()
                ? server.engine().store().durableStats().failure()
                : null;
    }

    /** Runs a task if the client may run INFO, which tells as much. */
    private static void ifAllowed(Exchange exchange, Runnable task) {
        exchange.run(List.<byte[][]>of(Requests.of("INFO", "server")), replies -> task.run());
    }

    // ---- figures ----

    void metrics(Exchange exchange) {
        exchange.allow("GET", "HEAD");
        ifAllowed(exchange, () -> respondMetrics(exchange));
    }

    private void respondMetrics(Exchange exchange) {
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
        // DBSIZE fails until the data is loaded.
        exchange.run(
                List.<byte[][]>of(Requests.of("INFO", "server"), Requests.of("DBSIZE")),
                replies -> respondFigures(exchange));
    }

    private void respondFigures(Exchange exchange) {
        Runtime runtime = Runtime.getRuntime();
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
            out.name("received").value(server.stats().bytesIn() + stats.bytesIn());
            out.name("sent").value(server.stats().bytesOut() + stats.bytesOut());
            out.name("keys").beginArray();
            for (long count : keys) {
                out.value(count);
            }
            out.endArray();
            out.endObject();
        })));
    }
}
