package org.nr4j.server.command.generic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.Replies;
import org.nr4j.server.command.list.ListCommands;
import org.nr4j.server.command.sortedset.SortedSetCommands;
import org.nr4j.server.command.string.StringCommands;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.type.HashData;
import org.nr4j.server.type.ListData;
import org.nr4j.server.type.SetData;
import org.nr4j.server.type.SortedSetData;
import org.nr4j.server.type.Type;
import org.nr4j.server.type.WrongTypeException;

/** The commands SORT and SORT_RO. */
public final class Sort {
    private final CommandContext c;
    private boolean descending;
    private boolean alphabetic;
    private long offset;
    private long limit = -1;
    private byte @Nullable [] by;
    private byte @Nullable [] target;
    private final List<byte[]> gets = new ArrayList<>();

    /** An element and what it is sorted by: a text, or a number. */
    private record Weighted(byte[] element, byte @Nullable [] text, double number) {}

    private Sort(CommandContext c, boolean stores) {
        this.c = c;
        parse(stores);
    }

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("SORT", c -> new Sort(c, /* stores= */ true).run());
        binder.bind("SORT_RO", c -> new Sort(c, /* stores= */ false).run());
    }

    private void parse(boolean stores) {
        for (int i = 2; i < c.count(); i++) {
            int rest = c.count() - i - 1;
            if (c.is(i, "ASC") || c.is(i, "DESC")) {
                descending = c.is(i, "DESC");
            } else if (c.is(i, "ALPHA")) {
                alphabetic = true;
            } else if (c.is(i, "LIMIT") && rest >= 2) {
                offset = c.integer(i + 1);
                limit = c.integer(i + 2);
                i += 2;
            } else if (stores && c.is(i, "STORE") && rest >= 1) {
                target = c.arg(++i);
            } else if (c.is(i, "BY") && rest >= 1) {
                by = c.arg(++i);
            } else if (c.is(i, "GET") && rest >= 1) {
                gets.add(c.arg(++i));
            } else {
                throw CommandException.syntax();
            }
        }
    }

    // ---- the elements ----

    private List<byte[]> elements() {
        Type type = c.keys().type(c.database(), c.key());
        if (type == null) {
            return List.of();
        }
        return switch (type) {
            case LIST -> {
                ListData list = ListCommands.list(c);
                yield list.range(0, list.size() - 1);
            }
            case SET -> new SetData(c.keys(), c.database(), c.key()).members();
            case SORTED_SET ->
                SortedSetCommands.set(c).members().stream()
                        .map(SortedSetData.Member::name)
                        .toList();
            default -> throw WrongTypeException.create();
        };
    }

    /** Whether the elements are to be sorted at all: a pattern without a place for them says no. */
    private boolean sorts() {
        return by == null || indexOf(by, '*') >= 0;
    }

    private void run() {
        List<byte[]> elements = new ArrayList<>(elements());
        if (sorts()) {
            elements = sorted(elements);
        } else if (descending && c.keys().type(c.database(), c.key()) == Type.SORTED_SET) {
            Collections.reverse(elements);
        }
        long first = Math.max(0, Math.min(offset, elements.size()));
        long last = limit < 0 ? elements.size() : Math.min(elements.size(), first + limit);
        List<byte @Nullable []> results = new ArrayList<>();
        for (byte[] element : elements.subList((int) first, (int) Math.max(first, last))) {
            if (gets.isEmpty()) {
                results.add(element);
            }
            gets.forEach(get -> results.add(lookUp(get, element)));
        }
        if (target == null) {
            c.reply().array(results.size());
            results.forEach(result -> Replies.bulkOrNull(c.reply(), result));
        } else {
            store(target, results);
        }
    }

    private void store(byte[] key, List<byte @Nullable []> results) {
        boolean replaces = c.keys().remove(c.database(), key);
        ListData list = ListCommands.list(c, key);
        results.forEach(result -> list.push(/* left= */ false, StringCommands.orEmpty(result)));
        list.saveInPlace(replaces, "sortstore");
        c.reply().integer(results.size());
    }

    // ---- order ----

    private List<byte[]> sorted(List<byte[]> elements) {
        List<Weighted> weighted = new ArrayList<>();
        for (byte[] element : elements) {
            byte[] weight = by == null ? element : lookUp(by, element);
            weighted.add(new Weighted(element, weight, alphabetic || weight == null ? 0 : number(weight)));
        }
        Comparator<Weighted> order = alphabetic
                ? Comparator.comparing(Weighted::text, Comparator.nullsFirst(Arrays::compareUnsigned))
                : Comparator.comparingDouble(Weighted::number);
        if (descending) {
            order = order.reversed();
        }
        weighted.sort(by == null || !alphabetic ? order.thenComparing(Weighted::element, tieOrder()) : order);
        return weighted.stream().map(Weighted::element).toList();
    }

    /** Equal weights are in the order of the elements, so that the result does not depend on the input's order. */
    private Comparator<byte[]> tieOrder() {
        Comparator<byte[]> order = Arrays::compareUnsigned;
        return descending ? order.reversed() : order;
    }

    private static double number(byte[] text) {
        double number = text.length == 0 ? 0 : Numbers.parseDouble(text);
        if (Double.isNaN(number)) {
            throw new CommandException("ERR One or more scores can't be converted into double");
        }
        return number;
    }

    // ---- patterns ----

    /** Returns the value that a pattern names for an element: of a key, or of the field after an arrow. */
    private byte @Nullable [] lookUp(byte[] pattern, byte[] element) {
        if (pattern.length == 1 && pattern[0] == '#') {
            return element;
        }
        int star = indexOf(pattern, '*');
        if (star < 0) {
            return null;
        }
        int arrow = arrowAfter(pattern, star);
        byte[] before = Arrays.copyOf(pattern, star);
        byte[] after = Arrays.copyOfRange(pattern, star + 1, arrow < 0 ? pattern.length : arrow);
        byte[] key = concat(before, element, after);
        Type type = c.keys().type(c.database(), key);
        if (arrow < 0) {
            return type == Type.STRING ? StringCommands.get(c, key) : null;
        }
        byte[] field = Arrays.copyOfRange(pattern, arrow + 2, pattern.length);
        return type == Type.HASH ? new HashData(c.keys(), c.database(), key).get(field) : null;
    }

    private static int arrowAfter(byte[] pattern, int star) {
        for (int i = star + 1; i + 2 < pattern.length; i++) {
            if (pattern[i] == '-' && pattern[i + 1] == '>') {
                return i;
            }
        }
        return -1;
    }

    private static byte[] concat(byte[] a, byte[] b, byte[] c) {
        byte[] all = Arrays.copyOf(a, a.length + b.length + c.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        System.arraycopy(c, 0, all, a.length + b.length, c.length);
        return all;
    }

    private static int indexOf(byte[] bytes, int wanted) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
