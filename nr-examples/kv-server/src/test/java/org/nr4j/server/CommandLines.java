package org.nr4j.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Random command lines over few keys, from the templates in {@code command-lines.txt}. No line depends on the clock.
 *
 * <p>In a template, a word with a tilde stands for a random one: k, h, l, s, z, y and f for a key, v for a value, i for
 * an integer, n for a small positive number, d for a score, r for a bound of scores, x for a bound of names, m for a
 * member, t for a time, p for a pattern, o for an offset of bits. Of streams: e for an id, w for the id of a new entry,
 * u for a bound of ids, g for a group, c for a consumer. Of positions: G for a key, L for a longitude, A for a
 * latitude, R for a distance, U for its unit. P for the key of a HyperLogLog. An asterisk repeats it. A word in
 * brackets is there or not. A tilde alone stands for itself.
 */
final class CommandLines {
    private static final List<String> TEMPLATES = templates();
    private static final Set<String> UNORDERED = Set.of(
            "KEYS",
            "HGETALL",
            "HKEYS",
            "HVALS",
            "SMEMBERS",
            "SINTER",
            "SUNION",
            "SDIFF",
            "HSCAN",
            "SSCAN",
            "SCAN",
            "ZSCAN",
            "EXEC");

    /** Commands whose replies have the milliseconds since a delivery, before the number of deliveries. */
    private static final Set<String> TIMED = Set.of("XPENDING", "EXEC");

    private static final String[] VALUES = {
        "", "a", "b", "c", "ab", "abcab", "10", "-3", "3.5", "0x1", "hello world", "\u00ff\u0000"
    };
    private static final String[] INTEGERS = {
        "0",
        "1",
        "2",
        "3",
        "-1",
        "-2",
        "-5",
        "5",
        "100",
        "-100",
        "x",
        "1.5",
        "",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "01",
        " 1",
        "+1"
    };
    private static final String[] SMALL = {"1", "2", "3", "0", "4", "7", "-1", "x", "16"};
    private static final String[] SCORES = {
        "0", "1", "2", "1.5", "-1.25", "inf", "-inf", "x", "nan", "1e3", "0.5", "3", "4"
    };
    private static final String[] BOUNDS = {"-inf", "+inf", "0", "(1", "2", "(2.5", "x", "(", "1.5", "-1", "inf"};
    private static final String[] NAMES = {"-", "+", "[a", "(a", "[c", "(d", "[", "(", "x", "", "[b"};
    private static final String[] MEMBERS = {"a", "b", "c", "d", "e", "1", "2", "10", ""};
    private static final String[] TIMES = {"200000", "100000", "x", "0", "-5", "9223372036854775807", "999999", "1.5"};
    private static final String[] PATTERNS = {"*", "k*", "?1", "[kl]?", "[^k]*", "\\*", "*[", "k[0-9]", "", "a*b*"};
    private static final String[] OFFSETS = {"0", "1", "7", "8", "13", "40", "-1", "x", "#2", "4294967296", "63"};
    private static final String[] IDS = {
        "1-1",
        "1-2",
        "2-0",
        "3-1",
        "4",
        "5-5",
        "6-0",
        "7-1",
        "0-1",
        "0",
        "x",
        "-",
        "+",
        "$",
        ">",
        "0-0",
        "1-",
        "-1",
        "01-01",
        "1--5",
        "1--05",
        "5-x",
        "1-1-1",
        "(1-1",
        "",
        " 2-1",
        "+1-+2",
        "9-18446744073709551615",
        "18446744073709551615",
        "18446744073709551615-18446744073709551615",
        "18446744073709551616"
    };
    private static final String[] NEW_IDS = {
        "1-*",
        "2-*",
        "3-*",
        "5-*",
        "6-*",
        "7-1",
        "8-1",
        "0-*",
        "x-*",
        "2-**",
        "*-1",
        "9-18446744073709551615",
        "18446744073709551615-*"
    };
    private static final String[] ID_BOUNDS = {
        "-",
        "+",
        "1-1",
        "2",
        "(1-1",
        "(3-1",
        "4-0",
        "0",
        "9",
        "(5",
        "(",
        "x",
        "(0-0",
        "(-",
        "(18446744073709551615-18446744073709551615"
    };
    private static final String[] GROUPS = {"g1", "g2", "g1", "g3"};
    private static final String[] CONSUMERS = {"a", "b", "c"};
    private static final String[] LONGITUDES = {
        "0", "13.361389", "15.087269", "-179.99", "179.99", "180", "-122.4", "2.35", "-0.001", "181", "x", "inf", "nan"
    };
    private static final String[] LATITUDES = {
        "0", "38.115556", "37.502669", "85", "-85.05", "85.05112878", "-33.9", "70.1", "0.001", "86", "-90", "x", ""
    };
    private static final String[] DISTANCES = {
        "200", "1", "0", "5000", "20000", "0.5", "100.7", "1000000", "30000000", "inf", "-1", "x", "1e3"
    };
    private static final String[] UNITS = {"m", "km", "KM", "ft", "mi", "km", "yd", ""};

    private final Random random;

    private static List<String> templates() {
        try (InputStream in = CommandLines.class.getResourceAsStream("command-lines.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CommandLines(Random random) {
        this.random = random;
    }

    /** Whether the elements of the reply are in no order that Redis promises. */
    static boolean isUnordered(Object[] line) {
        return UNORDERED.contains(line[0].toString().toUpperCase(Locale.ROOT));
    }

    /** Returns a reply without what depends on the clock. */
    static String withoutTimes(Object[] line, String reply) {
        boolean timed = TIMED.contains(line[0].toString().toUpperCase(Locale.ROOT));
        return timed ? reply.replaceAll(":\\d+\r\n:", ":time\r\n:") : reply;
    }

    Object[] next() {
        String template = TEMPLATES.get(random.nextInt(TEMPLATES.size()));
        List<Object> words = new ArrayList<>();
        for (String word : template.split(" ")) {
            add(words, word);
        }
        if (random.nextInt(25) == 0 && words.size() > 1) {
            words.remove(words.size() - 1);
        } else if (random.nextInt(40) == 0 && !template.contains("RANK")) { // which has one more argument in 7.2
            words.add("extra");
        }
        return words.toArray();
    }

    private void add(List<Object> words, String word) {
        if (word.startsWith("[")) {
            if (random.nextInt(3) == 0) {
                add(words, word.substring(1, word.length() - 1));
            }
        } else if (word.startsWith("~") && word.length() > 1) {
            int times = word.endsWith("*") ? 1 + random.nextInt(3) : 1;
            for (int i = 0; i < times; i++) {
                words.add(random(word.charAt(1)));
            }
        } else {
            words.add(word);
        }
    }

    private String random(char kind) {
        return switch (kind) {
            case 'v' -> one(VALUES);
            case 'i' -> oneOfFirst(INTEGERS, 10);
            case 'n' -> oneOfFirst(SMALL, 6);
            case 'd' -> oneOfFirst(SCORES, 5);
            case 'r' -> one(BOUNDS);
            case 'x' -> one(NAMES);
            case 'm' -> one(MEMBERS);
            case 't' -> oneOfFirst(TIMES, 2);
            case 'p' -> one(PATTERNS);
            case 'o' -> oneOfFirst(OFFSETS, 6);
            case 'e' -> oneOfFirst(IDS, 10);
            case 'w' -> oneOfFirst(NEW_IDS, 7);
            case 'u' -> oneOfFirst(ID_BOUNDS, 9);
            case 'g' -> one(GROUPS);
            case 'c' -> one(CONSUMERS);
            case 'L' -> oneOfFirst(LONGITUDES, 9);
            case 'A' -> oneOfFirst(LATITUDES, 9);
            case 'R' -> oneOfFirst(DISTANCES, 9);
            case 'U' -> oneOfFirst(UNITS, 6);
            default -> key(kind);
        };
    }

    /** A key of a type's few; sometimes one of another type. */
    private String key(char kind) {
        char prefix = random.nextInt(12) == 0 ? "khlszG".charAt(random.nextInt(6)) : kind;
        return prefix + "" + random.nextInt(3);
    }

    private String one(String[] words) {
        return words[random.nextInt(words.length)];
    }

    /** One of the first words mostly, and of the bad ones behind them sometimes. */
    private String oneOfFirst(String[] words, int good) {
        return words[random.nextInt(random.nextInt(8) == 0 ? words.length : good)];
    }
}
