package org.nr4j.server.http;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.session.Session;

/** Decides which requests of a connection are let in, by their head. */
final class Gate {
    private static final String BASIC = "basic ";
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    /** A monitor asks for the health without a password. */
    private static final String OPEN = "/health";

    private final Session session;
    private final int longestBody;
    private @Nullable String credentials;
    private boolean loggedIn;

    Gate(Session session, int longestBody) {
        this.session = session;
        this.longestBody = longestBody;
    }

    /**
     * Checks a request, and logs its user in.
     *
     * @throws HttpException if the request must not go on
     */
    void check(HttpRequest request) {
        requireDecoded(request.decoderResult());
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            throw new HttpException(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "the version must be 1.1 or 1.0");
        }
        requireHost(request);
        requireSameOrigin(request);
        requireLogin(request);
        requireBodyOfKnownLength(request);
    }

    /**
     * Checks that a part of a request could be decoded.
     *
     * @throws HttpException if it could not
     */
    static void requireDecoded(DecoderResult result) {
        if (result.isFailure()) {
            if (result.cause() instanceof TooLongHttpLineException) {
                throw new HttpException(HttpResponseStatus.REQUEST_URI_TOO_LONG, "the first line is too long");
            }
            if (result.cause() instanceof TooLongHttpHeaderException) {
                throw new HttpException(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too long");
            }
            throw HttpException.badRequest(
                    "the request must be HTTP: " + result.cause().getMessage());
        }
    }

    // ---- browsers ----

    /** A page of another site may give its own name the address of this server. It cannot change the host. */
    private void requireHost(HttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || (hosts.isEmpty() && request.protocolVersion().equals(HttpVersion.HTTP_1_1))) {
            throw HttpException.badRequest("a request must name the host once");
        }
        if (!session.requiresLogin() && !hosts.isEmpty() && !isLocal(hosts.get(0))) {
            throw new HttpException(
                    HttpResponseStatus.MISDIRECTED_REQUEST,
                    "without a password, the server must be addressed as localhost or by a loopback address");
        }
    }

    private static boolean isLocal(String host) {
        String name = host.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.[0-9]{1,3}){3}");
    }

    /** A page of another site can send requests that change keys, though it cannot read the responses. */
    private static void requireSameOrigin(HttpRequest request) {
        HttpHeaders headers = request.headers();
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        String host = headers.get(HttpHeaderNames.HOST);
        boolean other = origin != null
                && !origin.equalsIgnoreCase("http://" + host)
                && !origin.equalsIgnoreCase("https://" + host);
        String site = headers.get("Sec-Fetch-Site");
        boolean crossSite = site != null && !Set.of("same-origin", "none").contains(site);
        if (other || (crossSite && !READING.contains(request.method()))) {
            throw new HttpException(HttpResponseStatus.FORBIDDEN, "a page of another site must not use the server");
        }
    }

    // ---- users ----

    private void requireLogin(HttpRequest request) {
        String given = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        if (given == null) {
            if (loggedIn) {
                session.logOut();
                loggedIn = false;
                credentials = null;
            }
            if (session.requiresLogin() && !request.uri().equals(OPEN)) {
                throw HttpException.unauthorized();
            }
        } else if (!given.equals(credentials)) {
            credentials = null;
            loggedIn = logIn(given);
            if (!loggedIn) {
                session.logOut();
                throw HttpException.unauthorized();
            }
            credentials = given;
        }
    }

    private boolean logIn(String given) {
        if (!given.toLowerCase(Locale.ROOT).startsWith(BASIC)) {
            return false;
        }
        try {
            byte[] pair =
                    Base64.getDecoder().decode(given.substring(BASIC.length()).trim());
            String text = new String(pair, StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return colon >= 0
                    && session.logIn(
                            text.substring(0, colon).getBytes(StandardCharsets.UTF_8),
                            text.substring(colon + 1).getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    // ---- bodies ----

    private void requireBodyOfKnownLength(HttpRequest request) {
        String expect = request.headers().get(HttpHeaderNames.EXPECT);
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
            throw new HttpException(HttpResponseStatus.EXPECTATION_FAILED, "only 100-continue can be expected");
        }
        if (announcedLength(request) > longestBody) {
            throw tooLong();
        }
    }

    /**
     * Returns the length that a request says its body has; 0 if it says none.
     *
     * @throws HttpException if it says something else than a number
     */
    static long announcedLength(HttpRequest request) {
        try {
            return HttpUtil.getContentLength(request, 0L);
        } catch (NumberFormatException e) {
            throw HttpException.badRequest("the length of a body must be a number");
        }
    }

    /** Checks that a body is not too long, though its length has not been announced. */
    void requireBodyLength(long length) {
        if (length > longestBody) {
            throw tooLong();
        }
    }

    private HttpException tooLong() {
        return new HttpException(
                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "a body must have at most " + longestBody + " bytes");
    }
}
