package org.nr4j.server.http.api;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nr4j.server.http.Exchange;
import org.nr4j.server.http.HttpException;
import org.nr4j.server.http.Json;
import org.nr4j.server.http.Response;
import org.nr4j.server.http.Target;

/** Strings by plain text: {@code /?key=…}, {@code /?start_key=…&end_key=…}, and lines of keys and values. */
final class PlainApi {
    private static final Pattern NAMED = Pattern.compile("key:([^,]*),value:(.*)", Pattern.DOTALL);
    private static final String USAGE = """
            Usage:
            READ: curl 'http://HOST?key=1'
            READ KEY RANGE: curl 'http://HOST?start_key=1&end_key=10'
            PUT: curl 'http://HOST/' --header 'Content-Type: text/plain' --data 'key:1,value:2000'
            BATCH PUT: curl 'http://HOST/' --header 'Content-Type: text/plain' --data 'key:1,value:2000
            key:2,value:5000
            key:5,value:4000
            key:11,value:502'
            DELETE: curl --request DELETE 'http://HOST?key=1'
            The page for browsers is http://HOST/ui/
            """;

    private PlainApi() {}

    static void handle(Exchange exchange) {
        exchange.allow("GET", "HEAD", "POST", "DELETE");
        switch (exchange.method()) {
            case "POST" -> put(exchange);
            case "DELETE" -> delete(exchange);
            default -> get(exchange);
        }
    }

    private static void get(Exchange exchange) {
        Target target = exchange.target();
        target.requireParameters("key", "start_key", "end_key");
        byte[] key = target.bytes("key");
        byte[] start = target.bytes("start_key");
        byte[] end = target.bytes("end_key");
        if (key != null && start == null && end == null) {
            KeyApi.get(exchange, Requests.key(key), (value, ttl) -> exchange.respond(found(exchange, key, value)));
        } else if (key == null && start != null && end != null) {
            PlainRange.respond(exchange, Requests.key(start), Requests.key(end));
        } else if (key == null && start == null && end == null) {
            exchange.respond(welcome(exchange));
        } else {
            throw HttpException.badRequest("a request must have key, or both start_key and end_key");
        }
    }

    private static Response found(Exchange exchange, byte[] key, byte[] value) {
        if (exchange.accepts(Response.JSON)) {
            return Response.json(json(key, value));
        }
        byte[] prefix = "Value: ".getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[prefix.length + value.length];
        System.arraycopy(prefix, 0, body, 0, prefix.length);
        System.arraycopy(value, 0, body, prefix.length, value.length);
        return Response.of(HttpResponseStatus.OK, Response.TEXT, body);
    }

    /** Returns a key and its value as texts. */
    static String json(byte[] key, byte[] value) {
        return Json.text(out -> out.beginObject()
                .name("key")
                .value(new String(key, StandardCharsets.UTF_8))
                .name("value")
                .value(new String(value, StandardCharsets.UTF_8))
                .endObject());
    }

    private static Response welcome(Exchange exchange) {
        if (exchange.accepts("text/html")) {
            return Response.empty(HttpResponseStatus.SEE_OTHER).with(HttpHeaderNames.LOCATION, "/ui/");
        }
        String host = exchange.header(HttpHeaderNames.HOST);
        return Response.text(USAGE.replace("HOST", host == null ? "localhost" : host));
    }

    private static void put(Exchange exchange) {
        exchange.target().requireParameters();
        Requests.Changes changes = new Requests.Changes();
        int number = 0;
        for (String line : new String(exchange.body(), StandardCharsets.ISO_8859_1).split("\r?\n", -1)) {
            number++;
            if (!line.isEmpty()) {
                add(changes, line, number);
            }
        }
        if (changes.count() == 0) {
            throw HttpException.badRequest("the body must have a line: key,value");
        }
        String done = changes.count() == 1 ? "Key saved" : "Keys saved";
        exchange.run(changes.request(), replies -> exchange.respond(Response.text(done)));
    }

    /** The characters of a line are its bytes. */
    private static void add(Requests.Changes changes, String line, int number) {
        Matcher named = NAMED.matcher(line);
        int comma = line.indexOf(',');
        if (named.matches()) {
            changes.put(bytes(named.group(1)), bytes(named.group(2)), "", "");
        } else if (comma > 0) {
            changes.put(bytes(line.substring(0, comma)), bytes(line.substring(comma + 1)), "", "");
        } else {
            throw HttpException.badRequest("a line must be key,value or key:KEY,value:VALUE: line=" + number);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void delete(Exchange exchange) {
        exchange.target().requireParameters("key");
        byte[] key = exchange.target().bytes("key");
        if (key == null) {
            throw HttpException.badRequest("a request must have a key");
        }
        exchange.run(new Requests.Changes().delete(key, "").request(), replies -> {
            if (!KeyApi.isTrue(replies.get(0))) {
                throw KeyApi.missing();
            }
            exchange.respond(Response.text("Key deleted"));
        });
    }
}
