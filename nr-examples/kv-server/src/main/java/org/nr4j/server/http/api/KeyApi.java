package org.nr4j.server.http.api;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.http.Exchange;
import org.nr4j.server.http.HttpException;
import org.nr4j.server.http.Json;
import org.nr4j.server.http.Response;
import org.nr4j.server.protocol.ReplyError;

/** Strings by their keys: {@code /v1/keys/KEY}. */
final class KeyApi {
    static final String PREFIX = "/v1/keys/";

    private KeyApi() {}

    static void handle(Exchange exchange) {
        exchange.allow("GET", "HEAD", "PUT", "DELETE");
        byte[] key = Requests.key(exchange.target().pathAfter(PREFIX));
        switch (exchange.method()) {
            case "PUT" -> put(exchange, key);
            case "DELETE" -> delete(exchange, key);
            default -> get(exchange, key);
        }
    }

    private static void get(Exchange exchange, byte[] key) {
        exchange.target().requireParameters();
        get(exchange, key, (value, ttl) -> exchange.respond(found(exchange, key, value, ttl)));
    }

    /** Takes a string and the milliseconds until it expires, which are negative if it does not. */
    @FunctionalInterface
    interface Found {
        /** Takes them. */
        void accept(byte[] value, long ttl);
    }

    /** Reads a string. Its absence is an error. */
    static void get(Exchange exchange, byte[] key, Found found) {
        List<byte[][]> commands = List.of(Requests.of("TYPE", key), Requests.of("PTTL", key), Requests.of("GET", key));
        exchange.run(commands, KeyApi::requireString, replies -> {
            byte[] value = (byte[]) replies.get(2);
            if (value == null) {
                throw missing();
            }
            found.accept(value, Requests.number(replies.get(1)));
        });
    }

    private static void requireString(List<@Nullable Object> replies) {
        if (replies.get(0) instanceof ReplyError) {
            return;
        }
        String type = Requests.text(replies.get(0));
        if (type.equals("none")) {
            throw missing();
        }
        if (!type.equals("string")) {
            throw new HttpException(HttpResponseStatus.CONFLICT, "the key has a " + type);
        }
    }

    static HttpException missing() {
        return new HttpException(HttpResponseStatus.NOT_FOUND, "the key does not exist");
    }

    private static Response found(Exchange exchange, byte[] key, byte[] value, long ttl) {
        String etag = Etags.of(value);
        Response response;
        if (Etags.isKnown(exchange, etag)) {
            response = Response.empty(HttpResponseStatus.NOT_MODIFIED);
        } else if (exchange.accepts(Response.JSON)) {
            response = Response.json(json(key, value, ttl, etag));
        } else {
            response = Response.of(HttpResponseStatus.OK, Response.BYTES, value);
        }
        if (ttl >= 0) {
            response.with(Expiries.HEADER, Expiries.seconds(ttl));
        }
        return response.with(HttpHeaderNames.ETAG, etag).with(HttpHeaderNames.VARY, "Accept");
    }

    private static String json(byte[] key, byte[] value, long ttl, String etag) {
        return Json.text(out -> {
            out.beginObject();
            out.name("key").value(base64(key));
            out.name("value").value(base64(value));
            out.name("etag").value(etag);
            out.name("ttl");
            if (ttl >= 0) {
                out.jsonValue(Expiries.seconds(ttl));
            } else {
                out.nullValue();
            }
            out.endObject();
        });
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static void put(Exchange exchange, byte[] key) {
        exchange.target().requireParameters("ttl");
        byte[] value = exchange.body();
        Requests.Changes change =
                new Requests.Changes().put(key, value, Etags.condition(exchange), Expiries.of(exchange));
        exchange.run(change.request(), replies -> {
            boolean created = isTrue(replies.get(0));
            HttpResponseStatus status = created ? HttpResponseStatus.CREATED : HttpResponseStatus.NO_CONTENT;
            exchange.respond(Response.empty(status).with(HttpHeaderNames.ETAG, Etags.of(value)));
        });
    }

    private static void delete(Exchange exchange, byte[] key) {
        exchange.target().requireParameters();
        exchange.run(
                new Requests.Changes().delete(key, Etags.condition(exchange)).request(), replies -> {
                    if (!isTrue(replies.get(0))) {
                        throw missing();
                    }
                    exchange.respond(Response.empty(HttpResponseStatus.NO_CONTENT));
                });
    }

    /** Whether the first of the changes of a reply did something. */
    static boolean isTrue(@Nullable Object reply) {
        return Requests.number(Requests.list(reply).get(0)) == 1;
    }
}
