package org.nr4j.server.http.api;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.http.Exchange;
import org.nr4j.server.http.HttpException;
import org.nr4j.server.http.Response;
import org.nr4j.server.protocol.Ascii;

/**
 * The strings of a range, both ends of which belong to it. Bounds that are numbers stand for a range of numbers in
 * their order; the store has the order of the digits. So the keys of each length are a range of their own, out of which
 * keys of other lengths are left.
 */
final class PlainRange {
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,19}");

    /** A range of the store. */
    private record Part(byte[] low, byte[] high, boolean ofNumbers) {
        /** Whether a key of the range is one of those asked for. */
        boolean has(byte[] key) {
            return !ofNumbers
                    || (key.length == low.length
                            && NUMBER.matcher(Ascii.text(key)).matches());
        }
    }

    private final Exchange exchange;
    private final boolean json;
    private final Queue<Part> parts;
    private @Nullable Part part;
    private @Nullable EntryPages pages;
    private boolean first = true;

    private PlainRange(Exchange exchange, Queue<Part> parts) {
        this.exchange = exchange;
        this.json = exchange.accepts(Response.JSON);
        this.parts = parts;
    }

    static void respond(Exchange exchange, byte[] start, byte[] end) {
        String from = Ascii.text(start);
        String to = Ascii.text(end);
        Queue<Part> parts = new ArrayDeque<>();
        if (NUMBER.matcher(from).matches() && NUMBER.matcher(to).matches()) {
            requireOrder(new BigInteger(from).compareTo(new BigInteger(to)));
            for (int digits = from.length(); digits <= to.length(); digits++) {
                String low = digits == from.length() ? from : "1" + "0".repeat(digits - 1);
                String high = digits == to.length() ? to : "9".repeat(digits);
                parts.add(new Part(Ascii.bytes(low), Ascii.bytes(high), /* ofNumbers= */ true));
            }
        } else {
            requireOrder(Arrays.compareUnsigned(start, end));
            parts.add(new Part(start, end, /* ofNumbers= */ false));
        }
        new PlainRange(exchange, parts).begin();
    }

    private static void requireOrder(int order) {
        if (order > 0) {
            throw HttpException.badRequest("start_key must not be greater than end_key");
        }
    }

    /** Reads the first page before the response begins, so that an error has its status. */
    private void begin() {
        nextPart();
        Objects.requireNonNull(pages).next(items -> {
            exchange.begin(Response.empty(HttpResponseStatus.OK)
                    .with(HttpHeaderNames.CONTENT_TYPE, json ? Response.JSON : Response.TEXT)
                    .with(HttpHeaderNames.VARY, "Accept"));
            write(items);
        });
    }

    private boolean nextPart() {
        part = parts.poll();
        if (part == null) {
            return false;
        }
        byte[] low = EntryPages.bound('[', part.low);
        byte[] high = EntryPages.bound('[', part.high);
        pages = new EntryPages(exchange, low, high, /* descending= */ false, /* values= */ true, Integer.MAX_VALUE);
        return true;
    }

    private void write(List<EntryPages.Item> items) {
        byte[] body = body(items);
        boolean ends = items.isEmpty() || !skip(items.get(items.size() - 1).key());
        if (!ends || nextPart()) {
            exchange.write(body, () -> Objects.requireNonNull(pages).next(this::write));
        } else if (json) {
            String end = first ? "[]\n" : "\n]\n";
            exchange.write(body, () -> exchange.write(Ascii.bytes(end), exchange::end));
        } else {
            exchange.write(body, exchange::end);
        }
    }

    /** Goes past the longer keys that begin as the last one of a page. Returns whether the part goes on. */
    private boolean skip(byte[] key) {
        Part current = Objects.requireNonNull(part);
        int digits = current.low.length;
        if (current.ofNumbers && key.length > digits) {
            String begin = Ascii.text(Arrays.copyOf(key, digits));
            if (NUMBER.matcher(begin).matches()) {
                String next = new BigInteger(begin).add(BigInteger.ONE).toString();
                if (next.length() > digits) {
                    return false;
                }
                Objects.requireNonNull(pages).goTo(EntryPages.bound('[', Ascii.bytes(next)));
            }
        }
        return true;
    }

    private byte[] body(List<EntryPages.Item> items) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (EntryPages.Item item : items) {
            byte[] value = item.value();
            if (value != null && Objects.requireNonNull(part).has(item.key())) {
                write(body, item.key(), value);
            }
        }
        return body.toByteArray();
    }

    private void write(ByteArrayOutputStream body, byte[] key, byte[] value) {
        if (json) {
            body.writeBytes(Ascii.bytes(first ? "[\n" : ",\n"));
            body.writeBytes(PlainApi.json(key, value).getBytes(StandardCharsets.UTF_8));
        } else {
            body.writeBytes(key);
            body.write(',');
            body.writeBytes(value);
            body.write('\n');
        }
        first = false;
    }
}
