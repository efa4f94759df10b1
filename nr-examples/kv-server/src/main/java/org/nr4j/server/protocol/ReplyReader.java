package org.nr4j.server.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads replies of version 2 of the protocol. A reply is a {@code byte[]}, a {@link Long}, a {@link String} if it is a
 * simple string, a {@link ReplyError}, a {@link List} of replies, or null.
 */
public final class ReplyReader {
    private final byte[] bytes;
    private final int end;
    private int position;

    private ReplyReader(byte[] bytes, int end) {
        this.bytes = bytes;
        this.end = end;
    }

    /** Reads all replies of a writer, each of which is whole. */
    public static void readAll(ReplyWriter writer, Consumer<@Nullable Object> replies) {
        ReplyReader reader = new ReplyReader(writer.array(), writer.length());
        while (reader.position < reader.end) {
            replies.accept(reader.next());
        }
    }

    private @Nullable Object next() {
        byte type = bytes[position++];
        return switch (type) {
            case '+' -> line();
            case '-' -> new ReplyError(line());
            case ':' -> Long.parseLong(line());
            case '$' -> bulk(Integer.parseInt(line()));
            case '*' -> array(Integer.parseInt(line()));
            default ->
                throw new IllegalStateException(
                        "a reply must be of version 2 of the protocol: type=" + (char) type + "; ask for version 2");
        };
    }

    private String line() {
        int start = position;
        while (bytes[position] != '\r') {
            position++;
        }
        String line = Ascii.text(Arrays.copyOfRange(bytes, start, position));
        position += 2;
        return line;
    }

    private byte @Nullable [] bulk(int length) {
        if (length < 0) {
            return null;
        }
        byte[] value = Arrays.copyOfRange(bytes, position, position + length);
        position += length + 2;
        return value;
    }

    private @Nullable List<@Nullable Object> array(int length) {
        if (length < 0) {
            return null;
        }
        List<@Nullable Object> elements = new ArrayList<>(Math.min(length, 1 << 10));
        for (int i = 0; i < length; i++) {
            elements.add(next());
        }
        return elements;
    }
}
