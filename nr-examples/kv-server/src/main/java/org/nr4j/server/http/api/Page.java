package org.nr4j.server.http.api;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.nr4j.server.http.Exchange;
import org.nr4j.server.http.HttpException;
import org.nr4j.server.http.Response;

/** The files of the page for browsers. */
final class Page {
    static final String PREFIX = "/ui/";

    /** The page takes what it shows from its own server only, and no text of a key can become a script. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<String, String> TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "page.css", "text/css; charset=utf-8",
            "page.js", "text/javascript; charset=utf-8",
            "icon.svg", "image/svg+xml");

    private static final Map<String, byte[]> FILES = load();

    private Page() {}

    private static Map<String, byte[]> load() {
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : TYPES.keySet()) {
            try (InputStream in = Page.class.getResourceAsStream("page/" + name)) {
                if (in == null) {
                    throw new IllegalStateException(
                            "the page must have its files: missing=" + name + "; build the server again");
                }
                files.put(name, in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    static void handle(Exchange exchange) {
        exchange.allow("GET", "HEAD");
        String path = exchange.target().path().substring(PREFIX.length());
        String name = path.isEmpty() ? "index.html" : path;
        byte[] file = FILES.get(name);
        String type = TYPES.get(name);
        if (file == null || type == null) {
            throw new HttpException(HttpResponseStatus.NOT_FOUND, "there is no such file");
        }
        exchange.respond(Response.of(HttpResponseStatus.OK, type, file)
                .with(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY)
                .with("Referrer-Policy", "no-referrer")
                .with(HttpHeaderNames.X_FRAME_OPTIONS, "DENY"));
    }
}
