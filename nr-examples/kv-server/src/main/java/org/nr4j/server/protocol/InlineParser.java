package org.nr4j.server.protocol;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splits a line that a person has typed into words. Quotes keep blanks together; double quotes allow escapes. */
public final class InlineParser {
    private final byte[] line;
    private int at;

    private InlineParser(byte[] line) {
        this.line = line;
    }

    /** Returns the words of a line; null if its quotes do not match. */
    public static byte @Nullable [][] split(byte[] line) {
        InlineParser parser = new InlineParser(line);
        List<byte[]> words = new ArrayList<>();
        while (parser.skipBlanks()) {
            byte[] word = parser.word();
            if (word == null) {
                return null;
            }
            words.add(word);
        }
        return words.toArray(new byte[0][]);
    }

    private boolean skipBlanks() {
        while (at < line.length && isBlank(line[at])) {
            at++;
        }
        return at < line.length;
    }

    private static boolean isBlank(int b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }

    private byte @Nullable [] word() {
        ByteArrayOutputStream word = new ByteArrayOutputStream();
        while (at < line.length && !isBlank(line[at]) && line[at] != 0) {
            int b = line[at++];
            if (b == '"' || b == '\'') {
                boolean closed = b == '"' ? doubleQuoted(word) : singleQuoted(word);
                if (!closed || (at < line.length && !isBlank(line[at]))) {
                    return null;
                }
                return word.toByteArray();
            }
            word.write(b);
        }
        at = at < line.length && line[at] == 0 ? line.length : at;
        return word.toByteArray();
    }

    private boolean singleQuoted(ByteArrayOutputStream word) {
        while (at < line.length) {
            int b = line[at++];
            if (b == '\'') {
                return true;
            }
            if (b == '\\' && at < line.length && line[at] == '\'') {
                b = line[at++];
            }
            word.write(b);
        }
        return false;
    }

    private boolean doubleQuoted(ByteArrayOutputStream word) {
        while (at < line.length) {
            int b = line[at++];
            if (b == '"') {
                return true;
            }
            word.write(b == '\\' && at < line.length ? escaped() : b);
        }
        return false;
    }

    private int escaped() {
        if (line[at] == 'x' && at + 2 < line.length && hex(at + 1) >= 0 && hex(at + 2) >= 0) {
            int value = hex(at + 1) << 4 | hex(at + 2);
            at += 3;
            return value;
        }
        int b = line[at++];
        return switch (b) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> b;
        };
    }

    private int hex(int index) {
        return Character.digit(line[index], 16);
    }
}
