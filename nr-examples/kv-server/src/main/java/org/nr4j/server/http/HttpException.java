package org.nr4j.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/** A request that is answered by an error. */
public final class HttpException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient HttpResponseStatus status;
    private final transient Map<CharSequence, String> headers;

    private HttpException(HttpResponseStatus status, String text, Map<CharSequence, String> headers) {
        super(text, null, false, false);
        this.status = status;
        this.headers = headers;
    }

    /** Creates an exception without a stack trace. */
    public HttpException(HttpResponseStatus status, String text) {
        this(status, text, Map.of());
    }

    /** Returns the exception for a request that is not well-formed. */
    public static HttpException badRequest(String text) {
        return new HttpException(HttpResponseStatus.BAD_REQUEST, text);
    }

    /** Returns the exception for a method that a resource does not have. */
    static HttpException methodNotAllowed(String allowed) {
        return new HttpException(
                HttpResponseStatus.METHOD_NOT_ALLOWED,
                "the resource has these methods only: " + allowed,
                Map.of(HttpHeaderNames.ALLOW, allowed));
    }

    /** Returns the exception for a request without the password. */
    static HttpException unauthorized() {
        return new HttpException(
                HttpResponseStatus.UNAUTHORIZED,
                "the user and the password must be right",
                Map.of(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"nr4j\", charset=\"UTF-8\""));
    }

    HttpResponseStatus status() {
        return status;
    }

    Map<CharSequence, String> headers() {
        return headers;
    }
}
