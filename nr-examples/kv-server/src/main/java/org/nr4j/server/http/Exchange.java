package org.nr4j.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.protocol.ReplyError;

/** A request and its response. For the thread of the connection. */
public final class Exchange {
    private static final Logger LOGGER = System.getLogger(Exchange.class.getName());

    private final HttpConnection connection;
    private final ResponseWriter writer;
    private final HttpRequest request;
    private final byte[] body;
    private final boolean keepAlive;
    private final Consumer<Boolean> afterResponse;
    private @Nullable Target target;

    Exchange(
            HttpConnection connection,
            ResponseWriter writer,
            HttpRequest request,
            byte[] body,
            Consumer<Boolean> afterResponse) {
        this.connection = connection;
        this.writer = writer;
        this.request = request;
        this.body = body;
        this.keepAlive = HttpUtil.isKeepAlive(request);
        this.afterResponse = afterResponse;
        connection.session().readStale("stale".equals(header("Nr4j-Read")));
    }

    // ---- the request ----

    /** Returns the method. */
    public String method() {
        return request.method().name();
    }

    /**
     * Checks that the method is one of those of the resource.
     *
     * @throws HttpException if it is not
     */
    public void allow(String... methods) {
        if (!List.of(methods).contains(method())) {
            throw HttpException.methodNotAllowed(String.join(", ", methods));
        }
    }

    /** Returns what the request asks for. */
    public Target target() {
        if (target == null) {
            target = Target.parse(request.uri());
        }
        return target;
    }

    /** Returns a header; null if it is missing. */
    public @Nullable String header(CharSequence name) {
        List<String> values = request.headers().getAll(name);
        return values.isEmpty() ? null : String.join(", ", values);
    }

    /** Returns the body. */
    public byte[] body() {
        return body;
    }

    /** Whether the client names a type among those that it accepts. */
    public boolean accepts(String type) {
        String accepted = header(HttpHeaderNames.ACCEPT);
        return accepted != null && accepted.toLowerCase(Locale.ROOT).contains(type);
    }

    // ---- commands ----

    /**
     * Runs commands, and then a task with their replies. Commands that only read see the store at one moment. If a
     * reply is an error, it is the response, and the task does not run.
     */
    public void run(List<byte[][]> commands, Consumer<List<@Nullable Object>> task) {
        run(commands, replies -> {}, task);
    }

    /** As the other method, but first has the replies checked, though they may be errors. */
    public void run(
            List<byte[][]> commands, Consumer<List<@Nullable Object>> check, Consumer<List<@Nullable Object>> task) {
        connection.run(
                commands,
                replies -> guard(() -> {
                    check.accept(replies);
                    for (Object reply : replies) {
                        if (reply instanceof ReplyError error) {
                            throw exception(error);
                        }
                    }
                    task.accept(replies);
                }));
    }

    private static HttpException exception(ReplyError error) {
        HttpResponseStatus status = switch (error.code()) {
            case "NOAUTH" -> HttpResponseStatus.UNAUTHORIZED;
            case "NOPERM" -> HttpResponseStatus.FORBIDDEN;
            case "WRONGTYPE" -> HttpResponseStatus.CONFLICT;
            case "PRECONDITION" -> HttpResponseStatus.PRECONDITION_FAILED;
            case "OOM" -> HttpResponseStatus.INSUFFICIENT_STORAGE;
            case "LOADING", "MISCONF", "READONLY", "BUSY", "CLUSTERDOWN" -> HttpResponseStatus.SERVICE_UNAVAILABLE;
            case "UNKNOWN" -> HttpResponseStatus.GATEWAY_TIMEOUT;
            default -> HttpResponseStatus.INTERNAL_SERVER_ERROR;
        };
        return new HttpException(status, error.message());
    }

    /** Runs a task. If it fails, that is the response. */
    void guard(Runnable task) {
        try {
            task.run();
        } catch (HttpException e) {
            fail(e);
        } catch (RuntimeException e) {
            LOGGER.log(Level.ERROR, "a request failed: method=" + method() + " target=" + request.uri(), e);
            fail(new HttpException(HttpResponseStatus.INTERNAL_SERVER_ERROR, "the server failed: " + e.getMessage()));
        }
    }

    /** Responds with an error. If the response has begun, closes the connection, so that the client notices. */
    void fail(HttpException error) {
        if (writer.streams()) {
            connection.close();
            return;
        }
        Response response = accepts(Response.JSON)
                ? Response.of(error.status(), Response.JSON, Json.error(String.valueOf(error.getMessage())))
                : Response.of(error.status(), Response.TEXT, error.getMessage() + "\n");
        error.headers().forEach(response::with);
        respond(response);
    }

    // ---- the response ----

    /** Responds. */
    public void respond(Response response) {
        writer.write(response, keepAlive, () -> afterResponse.accept(keepAlive));
    }

    /** Begins a response whose body comes in parts. */
    public void begin(Response head) {
        // Version 1.0 has no chunks: there, the end of the connection is that of the body.
        boolean inChunks = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        writer.begin(head, inChunks && keepAlive, inChunks);
    }

    /** Writes a part of a response that was begun. Then runs a task, once the client has read enough. */
    public void write(byte[] part, Runnable task) {
        writer.writePart(part, () -> guard(task));
    }

    /** Ends a response that was begun. */
    public void end() {
        boolean goesOn = keepAlive && request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        writer.end(() -> afterResponse.accept(goesOn));
    }
}
