package org.nr4j.server.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** A response whose body is in memory. */
public final class Response {
    public static final String TEXT = "text/plain; charset=utf-8";
    public static final String JSON = "application/json";
    public static final String BYTES = "application/octet-stream";

    private static final byte[] EMPTY = {};

    private final HttpResponseStatus status;
    private final HttpHeaders headers = new DefaultHttpHeaders();
    private final byte[] body;

    private Response(HttpResponseStatus status, byte[] body) {
        this.status = status;
        this.body = body;
    }

    /** Returns a response without a body. */
    public static Response empty(HttpResponseStatus status) {
        return new Response(status, EMPTY);
    }

    /** Returns a response with a text. */
    public static Response of(HttpResponseStatus status, String type, String text) {
        return of(status, type, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns a response with a body. */
    public static Response of(HttpResponseStatus status, String type, byte[] body) {
        return new Response(status, body).with(HttpHeaderNames.CONTENT_TYPE, type);
    }

    /** Returns the answer of a text. */
    public static Response text(String text) {
        return of(HttpResponseStatus.OK, TEXT, text);
    }

    /** Returns the answer of a JSON text. */
    public static Response json(String json) {
        return of(HttpResponseStatus.OK, JSON, json);
    }

    /** Adds a header. */
    public Response with(CharSequence name, String value) {
        headers.set(name, value);
        return this;
    }

    HttpResponseStatus status() {
        return status;
    }

    HttpHeaders headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }
}
