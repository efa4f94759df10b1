package org.nr4j.server.protocol;

import java.nio.charset.StandardCharsets;

/** Bytes as ASCII text. */
public final class Ascii {
    private Ascii() {}

    /** Returns the bytes of a text, one for each character. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns the text of bytes, one character for each byte. */
    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Returns the text of the bytes before the first zero, where many texts of Redis end. */
    public static String upToNul(byte[] bytes) {
        String text = text(bytes);
        int nul = text.indexOf(0);
        return nul < 0 ? text : text.substring(0, nul);
    }

    /** Returns the upper-case form of a byte. */
    public static int upper(int b) {
        return b >= 'a' && b <= 'z' ? b - 32 : b;
    }

    /** Whether bytes are a word, whatever their case. The word is in upper case. */
    public static boolean is(byte[] bytes, String word) {
        if (bytes.length != word.length()) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (upper(bytes[i]) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
