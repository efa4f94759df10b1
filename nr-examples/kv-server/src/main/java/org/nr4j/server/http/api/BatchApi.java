package org.nr4j.server.http.api;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.nr4j.server.http.Exchange;
import org.nr4j.server.http.HttpException;
import org.nr4j.server.http.Json;
import org.nr4j.server.http.Response;

/** Changes of several strings at once, all or none: {@code /v1/batch}. */
final class BatchApi {
    private static final int MOST = 100_000;
    private static final Set<String> FIELDS = Set.of("op", "key", "value", "ttl", "ifMatch", "ifNoneMatch");

    private BatchApi() {}

    static void handle(Exchange exchange) {
        exchange.allow("POST");
        exchange.target().requireParameters();
        String type = exchange.header(HttpHeaderNames.CONTENT_TYPE);
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(Response.JSON)) {
            throw new HttpException(
                    HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, "the content type must be " + Response.JSON);
        }
        List<String> operations = new ArrayList<>();
        Requests.Changes changes = read(exchange.body(), operations);
        if (changes.count() == 0) {
            respond(exchange, operations, List.of());
            return;
        }
        exchange.run(changes.request(), replies -> respond(exchange, operations, Requests.list(replies.get(0))));
    }

    // ---- the request ----

    private static Requests.Changes read(byte[] body, List<String> operations) {
        Requests.Changes changes = new Requests.Changes();
        try {
            JsonReader in = new JsonReader(new StringReader(new String(body, StandardCharsets.UTF_8)));
            in.setStrictness(Strictness.STRICT);
            in.beginArray();
            while (in.hasNext()) {
                if (changes.count() == MOST) {
                    throw HttpException.badRequest("a batch must have at most " + MOST + " operations");
                }
                operations.add(add(changes, fields(in)));
            }
            in.endArray();
            if (in.peek() != JsonToken.END_DOCUMENT) {
                throw HttpException.badRequest("a batch must be one array");
            }
            return changes;
        } catch (IOException | IllegalStateException e) {
            throw HttpException.badRequest("a batch must be an array of objects: " + e.getMessage());
        }
    }

    private static Map<String, String> fields(JsonReader in) throws IOException {
        Map<String, String> fields = new HashMap<>();
        in.beginObject();
        while (in.hasNext()) {
            String name = in.nextName();
            if (!FIELDS.contains(name)) {
                throw HttpException.badRequest("a field of an operation must be one of " + String.join(", ", FIELDS));
            }
            if (fields.put(name, in.nextString()) != null) {
                throw HttpException.badRequest("a field of an operation must be there once: " + name);
            }
        }
        in.endObject();
        return fields;
    }

    private static String add(Requests.Changes changes, Map<String, String> fields) {
        String operation = fields.getOrDefault("op", "");
        byte[] key = bytes(fields, "key");
        String condition = Etags.condition(fields.get("ifMatch"), fields.get("ifNoneMatch"));
        switch (operation) {
            case "put" -> changes.put(key, bytes(fields, "value"), condition, Expiries.of(fields.get("ttl")));
            case "delete" -> {
                if (fields.containsKey("value") || fields.containsKey("ttl")) {
                    throw HttpException.badRequest("a deletion must have no value and no ttl");
                }
                changes.delete(key, condition);
            }
            default -> throw HttpException.badRequest("an operation must have an op: put or delete");
        }
        return operation;
    }

    private static byte[] bytes(Map<String, String> fields, String name) {
        String text = fields.get(name);
        if (text == null) {
            throw HttpException.badRequest("an operation must have a " + name);
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw HttpException.badRequest("a " + name + " must be in base64");
        }
    }

    // ---- the response ----

    private static void respond(Exchange exchange, List<String> operations, List<?> results) {
        exchange.respond(Response.json(Json.text(out -> {
            out.beginObject().name("results").beginArray();
            for (int i = 0; i < operations.size(); i++) {
                out.value(result(operations.get(i), (Long) results.get(i) == 1));
            }
            out.endArray().endObject();
        })));
    }

    private static String result(String operation, boolean changed) {
        if (operation.equals("put")) {
            return changed ? "created" : "replaced";
        }
        return changed ? "deleted" : "missing";
    }
}
