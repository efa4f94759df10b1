package org.nr4j.server.command.table;

import java.util.List;
import java.util.Locale;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;

/**
 * One group of a command's keys: how to find them, and what the command does with them.
 *
 * @param flags as the command COMMAND answers them
 * @param begin where the search begins
 * @param find which arguments are keys from there on
 */
public record KeySpec(List<String> flags, Begin begin, Find find) {
    /** Where the search for keys begins. */
    public enum BeginKind {
        INDEX,
        KEYWORD,
        UNKNOWN
    }

    /**
     * Where the search for keys begins.
     *
     * @param word the word before the first key; empty unless the kind is KEYWORD
     * @param at the index, or the index from which the word is looked for; from the end, backwards, if negative
     */
    public record Begin(BeginKind kind, String word, int at) {
        static Begin parse(String text) {
            if (text.equals("?")) {
                return new Begin(BeginKind.UNKNOWN, "", 0);
            }
            String[] parts = text.split(" ", -1);
            return parts.length == 1
                    ? new Begin(BeginKind.INDEX, "", Integer.parseInt(text))
                    : new Begin(BeginKind.KEYWORD, parts[0], Integer.parseInt(parts[1]));
        }

        /** Returns the index of the first argument that may be a key; 0 if there is none. */
        int in(byte[][] arguments) {
            if (kind != BeginKind.KEYWORD) {
                return at;
            }
            int step = at < 0 ? -1 : 1;
            for (int i = at < 0 ? arguments.length + at : at; i > 0 && i < arguments.length; i += step) {
                if (Ascii.is(arguments[i], word)) {
                    return i + 1;
                }
            }
            return 0;
        }
    }

    /** How the keys are counted. */
    public enum FindKind {
        RANGE("range"),
        COUNTED("keynum"),
        UNKNOWN("unknown");

        private final String text;

        FindKind(String text) {
            this.text = text;
        }

        /** Returns the name that clients know. */
        public String text() {
            return text;
        }
    }

    /**
     * Which arguments are keys.
     *
     * @param end of a range: its last key, from the beginning, or from the last argument if negative; of counted keys:
     *     where their number is
     * @param step the distance of two keys
     * @param extra of a range: which part of the arguments the keys are, as in half of them for 2; of counted keys:
     *     where the first one is
     */
    public record Find(FindKind kind, int end, int step, int extra) {
        static Find parse(String text) {
            if (text.equals("?")) {
                return new Find(FindKind.UNKNOWN, 0, 0, 0);
            }
            String[] parts = text.split(" ", -1);
            FindKind kind = FindKind.valueOf(parts[0].toUpperCase(Locale.ROOT));
            int first = Integer.parseInt(parts[1]);
            int second = Integer.parseInt(parts[2]);
            int third = Integer.parseInt(parts[3]);
            return kind == FindKind.RANGE ? new Find(kind, first, second, third) : new Find(kind, first, third, second);
        }
    }

    /** Whether the command itself must look for the keys. */
    boolean isUnknown() {
        return begin.kind == BeginKind.UNKNOWN || find.kind == FindKind.UNKNOWN || flags.contains("incomplete");
    }

    /** Whether these arguments are keys at all. Names of shard channels are not. */
    boolean isOfKeys() {
        return !flags.contains("not_key");
    }

    /** Adds the indexes of the keys among arguments. Adds none if the arguments are wrong. */
    void addIndexes(byte[][] arguments, List<Integer> indexes) {
        int start = begin.in(arguments);
        if (start == 0) {
            return;
        }
        int last = lastIndex(arguments, start);
        if (last < arguments.length) {
            int first = find.kind == FindKind.COUNTED ? start + find.extra : start;
            for (int i = first; i <= last; i += find.step) {
                indexes.add(i);
            }
        }
    }

    private int lastIndex(byte[][] arguments, int start) {
        if (find.kind == FindKind.COUNTED) {
            int at = start + find.end;
            boolean counts = at < arguments.length && Numbers.isLong(arguments[at]);
            long count = counts ? Numbers.parseLong(arguments[at]) : 0;
            long last = start + find.extra + (count - 1) * find.step;
            return count < 1 || count >= arguments.length || last >= arguments.length ? -1 : (int) last;
        }
        if (find.end >= 0) {
            return start + find.end;
        }
        return find.extra < 2
                ? arguments.length + find.end
                : start + (arguments.length - start) / find.extra + find.end;
    }
}
