package org.nr4j.server.http.api;

import com.google.gson.stream.JsonWriter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.nr4j.server.http.Exchange;
import org.nr4j.server.http.Json;
import org.nr4j.server.http.Response;
import org.nr4j.server.http.Target;
import org.nr4j.server.protocol.Ascii;

/** Ranges of keys: {@code /v1/range}. The response is a JSON array, or a line of JSON for each entry. */
final class RangeApi {
    private static final String LINES = "application/x-ndjson";

    private final Exchange exchange;
    private final EntryPages pages;
    private final boolean asArray;
    private boolean first = true;

    private RangeApi(Exchange exchange, EntryPages pages, boolean asArray) {
        this.exchange = exchange;
        this.pages = pages;
        this.asArray = asArray;
    }

    static void handle(Exchange exchange) {
        exchange.allow("GET");
        exchange.target().requireParameters("from", "to", "prefix", "limit", "reverse", "values");
        boolean asArray = exchange.accepts(Response.JSON);
        new RangeApi(exchange, pages(exchange), asArray).begin();
    }

    private static EntryPages pages(Exchange exchange) {
        Target target = exchange.target();
        byte[] from = target.bytes("from");
        byte[] to = target.bytes("to");
        byte[] prefix = target.bytes("prefix");
        byte[] low = from == null ? Ascii.bytes("-") : EntryPages.bound('[', Requests.key(from));
        byte[] high = to == null ? Ascii.bytes("+") : EntryPages.bound('(', Requests.key(to));
        if (prefix != null && prefix.length > 0) {
            low = from == null || Arrays.compareUnsigned(from, prefix) < 0 ? EntryPages.bound('[', prefix) : low;
            byte[] end = endOfPrefix(Requests.key(prefix));
            boolean ends = end.length > 0 && (to == null || Arrays.compareUnsigned(to, end) > 0);
            high = ends ? EntryPages.bound('(', end) : high;
        }
        int limit = target.number("limit", 0, Integer.MAX_VALUE, Integer.MAX_VALUE);
        return new EntryPages(
                exchange, low, high, target.isTrue("reverse"), target.isTrue("values", /* otherwise= */ true), limit);
    }

    /** Returns the lowest key above all that begin with a prefix; empty if there is none. */
    private static byte[] endOfPrefix(byte[] prefix) {
        int length = prefix.length;
        while (length > 0 && prefix[length - 1] == (byte) 0xFF) {
            length--;
        }
        byte[] end = Arrays.copyOf(prefix, length);
        if (length > 0) {
            end[length - 1]++;
        }
        return end;
    }

    /** Reads the first page before the response begins, so that an error has its status. */
    private void begin() {
        pages.next(items -> {
            exchange.begin(Response.empty(HttpResponseStatus.OK)
                    .with(HttpHeaderNames.CONTENT_TYPE, asArray ? Response.JSON : LINES)
                    .with(HttpHeaderNames.VARY, "Accept"));
            write(items);
        });
    }

    private void write(List<EntryPages.Item> items) {
        if (items.isEmpty()) {
            String end = !asArray ? "" : first ? "[]\n" : "\n]\n";
            exchange.write(Ascii.bytes(end), exchange::end);
            return;
        }
        StringBuilder text = new StringBuilder();
        for (EntryPages.Item item : items) {
            text.append(!asArray ? "" : first ? "[\n" : ",\n");
            first = false;
            text.append(Json.text(out -> write(out, item))).append(asArray ? "" : "\n");
        }
        exchange.write(text.toString().getBytes(StandardCharsets.UTF_8), () -> pages.next(this::write));
    }

    private static void write(JsonWriter out, EntryPages.Item item) throws IOException {
        out.beginObject();
        out.name("key").value(KeyApi.base64(item.key()));
        byte[] value = item.value();
        if (value != null) {
            out.name("value").value(KeyApi.base64(value));
        } else {
            out.name("type").value(item.type());
            out.name("size").value(item.size());
        }
        out.endObject();
    }
}
