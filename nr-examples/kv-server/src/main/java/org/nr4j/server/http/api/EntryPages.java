package org.nr4j.server.http.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.http.Exchange;

/**
 * The entries of a range of keys, a page at a time. Each page is read at one moment, when the client has read the one
 * before. So a long range takes little memory, and no reader holds up a writer.
 */
final class EntryPages {
    private static final int PAGE = 500;

    private final Exchange exchange;
    private final boolean descending;
    private final boolean values;
    private byte[] low;
    private byte[] high;
    private long left;

    /**
     * Creates the pages of a range.
     *
     * @param low the lower bound, as ZRANGEBYLEX has it
     * @param high the upper one
     */
    EntryPages(Exchange exchange, byte[] low, byte[] high, boolean descending, boolean values, long limit) {
        this.exchange = exchange;
        this.low = low;
        this.high = high;
        this.descending = descending;
        this.values = values;
        this.left = limit;
    }

    /** An entry; the value is null if it is no string, or was not asked for. */
    record Item(byte[] key, String type, long size, byte @Nullable [] value) {}

    /** Takes a page. */
    @FunctionalInterface
    interface Page {
        /** Takes the entries. After an empty page, there are no more. */
        void accept(List<Item> items);
    }

    /** Reads the next page. */
    void next(Page page) {
        if (left == 0) {
            page.accept(List.of());
            return;
        }
        List<Object> arguments = new ArrayList<>(List.of("NR.ENTRIES", low, high, Math.min(left, PAGE)));
        if (descending) {
            arguments.add("REV");
        }
        if (!values) {
            arguments.add("NOVALUES");
        }
        exchange.run(List.<byte[][]>of(Requests.of(arguments.toArray())), replies -> {
            List<Item> items =
                    Requests.list(replies.get(0)).stream().map(EntryPages::item).toList();
            left -= items.size();
            if (!items.isEmpty()) {
                goPast(items.get(items.size() - 1).key);
            }
            page.accept(items);
        });
    }

    /** Lets the next page begin behind a key. */
    void goPast(byte[] key) {
        if (descending) {
            high = bound('(', key);
        } else {
            low = bound('(', key);
        }
    }

    /** Lets the next page of ascending ones begin at a lower bound. */
    void goTo(byte[] bound) {
        low = bound;
    }

    private static Item item(@Nullable Object reply) {
        List<@Nullable Object> parts = Requests.list(reply);
        byte[] key = (byte[]) parts.get(0);
        return new Item(
                key == null ? new byte[0] : key, Requests.text(parts.get(1)), Requests.number(parts.get(2)), (byte[])
                        parts.get(3));
    }

    /** Returns a bound: [ if it belongs to the range, ( if not. */
    static byte[] bound(char kind, byte[] key) {
        byte[] bound = new byte[1 + key.length];
        bound[0] = (byte) kind;
        System.arraycopy(key, 0, bound, 1, key.length);
        return bound;
    }
}
