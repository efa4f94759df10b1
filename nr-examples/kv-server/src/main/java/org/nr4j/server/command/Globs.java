package org.nr4j.server.command;

/** Patterns with {@code *}, {@code ?}, {@code [a-z]}, {@code [^a]} and the escape {@code \}. */
public final class Globs {
    private final byte[] pattern;
    private final byte[] text;
    private final boolean ignoresCase;

    private Globs(byte[] pattern, byte[] text, boolean ignoresCase) {
        this.pattern = pattern;
        this.text = text;
        this.ignoresCase = ignoresCase;
    }

    /** Whether a pattern matches a whole text. Takes at most the product of both lengths. */
    public static boolean matches(byte[] pattern, byte[] text) {
        return new Globs(pattern, text, /* ignoresCase= */ false).matches();
    }

    /** As {@link #matches(byte[], byte[])}, whatever the case of letters. */
    public static boolean matchesIgnoringCase(byte[] pattern, byte[] text) {
        return new Globs(pattern, text, /* ignoresCase= */ true).matches();
    }

    private boolean matches() {
        int p = 0;
        int t = 0;
        int star = -1;
        int starText = 0;
        while (t < text.length) {
            if (p < pattern.length && pattern[p] == '*') {
                star = p++;
                starText = t;
            } else if (p < pattern.length && matchesOne(p, text[t])) {
                p = next(p);
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }

    private int fold(int b) {
        return ignoresCase && b >= 'A' && b <= 'Z' ? b + 32 : b & 0xFF;
    }

    /** Whether the element of the pattern at an index matches a byte. */
    private boolean matchesOne(int p, byte b) {
        return switch (pattern[p]) {
            case '?' -> true;
            case '[' -> inClass(p, fold(b));
            case '\\' -> fold(pattern[p + 1 < pattern.length ? p + 1 : p]) == fold(b);
            default -> fold(pattern[p]) == fold(b);
        };
    }

    /** Returns the index after the element of the pattern at an index. */
    private int next(int p) {
        if (pattern[p] == '\\') {
            return Math.min(p + 2, pattern.length);
        }
        return pattern[p] == '[' ? endOfClass(p) : p + 1;
    }

    /** A class that is not closed reaches to the pattern's end. */
    private int endOfClass(int p) {
        int i = p + 1;
        if (i < pattern.length && pattern[i] == '^') {
            i++;
        }
        while (i < pattern.length && pattern[i] != ']') {
            i += pattern[i] == '\\' && i + 1 < pattern.length ? 2 : isRange(i) ? 3 : 1;
        }
        return Math.min(i + 1, pattern.length);
    }

    private boolean isRange(int i) {
        return i + 2 < pattern.length && pattern[i + 1] == '-';
    }

    private boolean inClass(int p, int b) {
        int i = p + 1;
        boolean negated = i < pattern.length && pattern[i] == '^';
        i += negated ? 1 : 0;
        boolean found = false;
        while (i < pattern.length && pattern[i] != ']') {
            if (pattern[i] == '\\' && i + 1 < pattern.length) {
                found |= fold(pattern[i + 1]) == b;
                i += 2;
            } else if (isRange(i)) {
                int low = Math.min(fold(pattern[i]), fold(pattern[i + 2]));
                int high = Math.max(fold(pattern[i]), fold(pattern[i + 2]));
                found |= low <= b && b <= high;
                i += 3;
            } else {
                found |= fold(pattern[i]) == b;
                i++;
            }
        }
        return found != negated;
    }
}
