package org.nr4j.server.http.api;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.Consumer;
import org.nr4j.server.http.Exchange;
import org.nr4j.server.http.HttpException;
import org.nr4j.server.http.HttpStats;
import org.nr4j.server.http.Response;
import org.nr4j.server.session.ServerState;

/** Finds the resource of a request. */
public final class Router implements Consumer<Exchange> {
    private final OperationsApi operations;

    /** Creates the resources of a server. */
    public Router(ServerState server, HttpStats stats) {
        this.operations = new OperationsApi(server, stats);
    }

    @Override
    public void accept(Exchange exchange) {
        String path = exchange.target().path();
        switch (path) {
            case "/" -> PlainApi.handle(exchange);
            case "/v1/range" -> RangeApi.handle(exchange);
            case "/v1/batch" -> BatchApi.handle(exchange);
            case "/v1/figures" -> operations.figures(exchange);
            case "/v1/slow-commands" -> SlowCommandsApi.handle(exchange);
            case "/health" -> operations.health(exchange);
            case "/metrics" -> operations.metrics(exchange);
            case "/ui" ->
                exchange.respond(
                        Response.empty(HttpResponseStatus.PERMANENT_REDIRECT).with(HttpHeaderNames.LOCATION, "/ui/"));
            default -> acceptByPrefix(exchange, path);
        }
    }

    private static void acceptByPrefix(Exchange exchange, String path) {
        if (path.startsWith(KeyApi.PREFIX)) {
            KeyApi.handle(exchange);
        } else if (path.startsWith(ElementsApi.PREFIX)) {
            ElementsApi.handle(exchange);
        } else if (path.startsWith(Page.PREFIX)) {
            Page.handle(exchange);
        } else {
            throw new HttpException(HttpResponseStatus.NOT_FOUND, "there is no such resource");
        }
    }
}
