package org.nr4j.server.http.api;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.http.Exchange;
import org.nr4j.server.http.HttpException;
import org.nr4j.server.http.Json;
import org.nr4j.server.http.Response;
import org.nr4j.server.http.Target;

/**
 * A value of any type, with some of its elements: {@code /v1/elements/KEY}. The response has what asks for the next
 * ones.
 */
final class ElementsApi {
    static final String PREFIX = "/v1/elements/";
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;

    private final Exchange exchange;
    private final byte[] key;
    private final String cursor;
    private final int limit;
    private String type = "";
    private long ttl;

    private ElementsApi(Exchange exchange, byte[] key, String cursor, int limit) {
        this.exchange = exchange;
        this.key = key;
        this.cursor = cursor;
        this.limit = limit;
    }

    static void handle(Exchange exchange) {
        exchange.allow("GET");
        Target target = exchange.target();
        target.requireParameters("cursor", "limit");
        byte[] key = Requests.key(target.pathAfter(PREFIX));
        String cursor = target.text("cursor");
        int limit = target.number("limit", 1, LARGEST_PAGE, PAGE);
        new ElementsApi(exchange, key, cursor == null ? "" : cursor, limit).readType();
    }

    private void readType() {
        exchange.run(List.of(Requests.of("TYPE", key), Requests.of("PTTL", key)), replies -> {
            type = Requests.text(replies.get(0));
            ttl = Requests.number(replies.get(1));
            if (type.equals("none")) {
                throw KeyApi.missing();
            }
            exchange.run(commands(), this::respond);
        });
    }

    /** Returns two commands: for the number of elements, and for some of them. */
    private List<byte[][]> commands() {
        return switch (type) {
            case "hash" -> both("HLEN", Requests.of("HSCAN", key, position(), "COUNT", limit));
            case "set" -> both("SCARD", Requests.of("SSCAN", key, position(), "COUNT", limit));
            case "list" -> both("LLEN", Requests.of("LRANGE", key, position(), position() + limit - 1));
            case "zset" -> both("ZCARD", Requests.of("ZRANGE", key, position(), position() + limit - 1, "WITHSCORES"));
            case "stream" ->
                both("XLEN", Requests.of("XRANGE", key, cursor.isEmpty() ? "-" : "(" + id(), "+", "COUNT", limit));
            default -> both("STRLEN", Requests.of("GETRANGE", key, position(), position() + limit - 1));
        };
    }

    private List<byte[][]> both(String size, byte[][] elements) {
        return List.of(Requests.of(size, key), elements);
    }

    private long position() {
        if (!cursor.matches("[0-9]{0,18}")) {
            throw invalidCursor();
        }
        return cursor.isEmpty() ? 0 : Long.parseLong(cursor);
    }

    private String id() {
        if (!cursor.matches("[0-9]{1,20}-[0-9]{1,20}")) {
            throw invalidCursor();
        }
        return cursor;
    }

    private static HttpException invalidCursor() {
        return HttpException.badRequest("a cursor must be one that the server has returned");
    }

    // ---- the response ----

    private void respond(List<@Nullable Object> replies) {
        long size = Requests.number(replies.get(0));
        Object found = replies.get(1);
        boolean scanned = type.equals("hash") || type.equals("set");
        List<@Nullable Object> elements = type.equals("string")
                ? parts(found)
                : Requests.list(scanned ? Requests.list(found).get(1) : found);
        String next = scanned ? Requests.text(Requests.list(found).get(0)) : next(elements, size);
        exchange.respond(Response.json(Json.text(out -> {
            out.beginObject();
            out.name("key").value(KeyApi.base64(key));
            out.name("type").value(type);
            out.name("size").value(size);
            out.name("ttl");
            if (ttl >= 0) {
                out.jsonValue(Expiries.seconds(ttl));
            } else {
                out.nullValue();
            }
            out.name("elements").beginArray();
            write(out, elements);
            out.endArray();
            out.name("next").value(next.equals("0") || next.isEmpty() ? null : next);
            out.endObject();
        })));
    }

    private static List<@Nullable Object> parts(@Nullable Object string) {
        List<@Nullable Object> parts = new ArrayList<>();
        parts.add(string);
        return parts;
    }

    private String next(List<@Nullable Object> elements, long size) {
        if (type.equals("stream")) {
            boolean more = elements.size() == limit;
            return more
                    ? Requests.text(
                            Requests.list(elements.get(elements.size() - 1)).get(0))
                    : "";
        }
        return position() + limit < size ? Long.toString(position() + limit) : "";
    }

    /** Writes elements: a string in base64, or an array of what belongs together. */
    private void write(JsonWriter out, List<@Nullable Object> elements) throws IOException {
        boolean pairs = type.equals("hash") || type.equals("zset");
        for (int i = 0; i < elements.size(); i++) {
            Object element = elements.get(i);
            if (pairs) {
                out.beginArray();
                writeOne(out, element);
                i++;
                writeOne(out, elements.get(i));
                out.endArray();
            } else {
                writeOne(out, element);
            }
        }
    }

    private static void writeOne(JsonWriter out, @Nullable Object element) throws IOException {
        if (element instanceof byte[] bytes) {
            out.value(KeyApi.base64(bytes));
        } else {
            out.beginArray();
            for (Object part : Requests.list(element)) {
                writeOne(out, part);
            }
            out.endArray();
        }
    }
}
