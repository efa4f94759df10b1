package org.nr4j.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes the responses of a connection, one at a time. It writes a part when the client has read most of what was
 * written before, so a client that reads slowly costs little memory. For the thread of the connection.
 */
final class ResponseWriter {
    private static final int PART = 64 << 10;

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final Channel channel;
    private final HttpStats stats;
    private final Deadline deadline;
    private @Nullable Runnable waiting;
    private boolean streams;

    ResponseWriter(Channel channel, HttpStats stats, Deadline deadline) {
        this.channel = channel;
        this.stats = stats;
        this.deadline = deadline;
    }

    /** Whether the body of a response is being written whose length was not known at its beginning. */
    boolean streams() {
        return streams;
    }

    /** Writes a whole response, then runs a task. */
    void write(Response response, boolean keepAlive, Runnable task) {
        boolean hasNoBody = response.status().equals(HttpResponseStatus.NO_CONTENT)
                || response.status().equals(HttpResponseStatus.NOT_MODIFIED);
        HttpResponse head = head(response, keepAlive);
        if (!hasNoBody) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        }
        channel.write(head, channel.voidPromise());
        writeFrom(response.body(), 0, task);
    }

    private void writeFrom(byte[] body, int from, Runnable task) {
        if (from == body.length) {
            end(task);
        } else {
            int length = Math.min(PART, body.length - from);
            channel.write(new DefaultHttpContent(Unpooled.wrappedBuffer(body, from, length)), channel.voidPromise());
            if (from + length == body.length) {
                end(task); // with the last part in one packet, if it is short
            } else {
                channel.flush();
                whenWritable(() -> writeFrom(body, from + length, task));
            }
        }
    }

    /** Begins a response whose length is not known. */
    void begin(Response response, boolean keepAlive, boolean inChunks) {
        HttpResponse head = head(response, keepAlive);
        if (inChunks) {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        streams = true;
        channel.write(head, channel.voidPromise());
    }

    /** Writes a part of a response that was begun. Then runs a task, once the client has read enough. */
    void writePart(byte[] part, Runnable task) {
        if (part.length > 0) {
            channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(part)), channel.voidPromise());
        }
        whenWritable(task);
    }

    /** Ends a response. Then runs a task, once the client has read enough. */
    void end(Runnable task) {
        streams = false;
        channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, channel.voidPromise());
        whenWritable(task);
    }

    private HttpResponse head(Response response, boolean keepAlive) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status());
        HttpHeaders headers = head.headers();
        headers.set(HttpHeaderNames.DATE, DATE.format(Instant.now()));
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set(response.headers());
        headers.set(HttpHeaderNames.CONNECTION, keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        stats.responded(response.status().code());
        return head;
    }

    private void whenWritable(Runnable task) {
        deadline.extend();
        if (channel.isWritable()) {
            // A task of its own, so that a long response does not nest calls, and other connections get their turn.
            channel.eventLoop().execute(task);
        } else {
            waiting = task;
        }
    }

    void writabilityChanged() {
        Runnable task = waiting;
        if (task != null && channel.isWritable()) {
            waiting = null;
            whenWritable(task);
        }
    }
}
