package org.nr4j.server.http.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.http.HttpException;
import org.nr4j.server.protocol.Ascii;

/** Builds commands. */
final class Requests {
    /** The longest key. The store takes longer ones than this by the few bytes of its layout. */
    private static final int LONGEST_KEY = 65_500;

    private static final byte[] EMPTY = {};

    private Requests() {}

    /** Returns a command: texts, byte arrays and numbers as arguments. */
    static byte[][] of(Object... arguments) {
        byte[][] request = new byte[arguments.length][];
        for (int i = 0; i < arguments.length; i++) {
            request[i] = arguments[i] instanceof byte[] bytes ? bytes : Ascii.bytes(arguments[i].toString());
        }
        return request;
    }

    /** Checks that a key is not too long. Returns it. */
    static byte[] key(byte[] key) {
        if (key.length >= LONGEST_KEY) {
            throw HttpException.badRequest("a key must be shorter than " + LONGEST_KEY + " bytes");
        }
        return key;
    }

    /** A command that puts and removes strings, all or none. */
    static final class Changes {
        private final List<byte[]> arguments = new ArrayList<>(List.of(Ascii.bytes("NR.APPLY")));
        private int count;

        /** Puts a string. */
        Changes put(byte[] key, byte[] value, String condition, String expiry) {
            return add("PUT", key, value, condition, expiry);
        }

        /** Removes a string. */
        Changes delete(byte[] key, String condition) {
            return add("DEL", key, EMPTY, condition, "");
        }

        private Changes add(String operation, byte[] key, byte[] value, String condition, String expiry) {
            arguments.addAll(
                    List.of(Ascii.bytes(operation), key(key), value, Ascii.bytes(condition), Ascii.bytes(expiry)));
            count++;
            return this;
        }

        int count() {
            return count;
        }

        List<byte[][]> request() {
            return List.of(new byte[][][] {arguments.toArray(new byte[0][])});
        }
    }

    /** Returns a reply that is a list. */
    @SuppressWarnings("unchecked")
    static List<@Nullable Object> list(@Nullable Object reply) {
        if (reply == null) {
            return List.of();
        }
        return (List<@Nullable Object>) reply;
    }

    /** Returns a reply that is a text, or the bytes of one. */
    static String text(@Nullable Object reply) {
        return reply instanceof byte[] bytes ? Ascii.text(bytes) : String.valueOf(reply);
    }

    /** Returns a reply that is a number. */
    static long number(@Nullable Object reply) {
        return reply == null ? 0 : (Long) reply;
    }
}
