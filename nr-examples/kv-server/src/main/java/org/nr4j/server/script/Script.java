package org.nr4j.server.script;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.InlineParser;
import org.nr4j.server.protocol.ProtocolException;

/** The text of a script. It may begin with a line such as {@code #!lua flags=no-writes}. */
public final class Script {
    /** The name of a script's source in messages. */
    static final String SOURCE = "@user_script";

    private final byte[] text;
    private final int start;
    private final boolean declaresFlags;
    private final int flags;

    private Script(byte[] text, int start, boolean declaresFlags, int flags) {
        this.text = text;
        this.start = start;
        this.declaresFlags = declaresFlags;
        this.flags = flags;
    }

    /**
     * Reads the first line of a script.
     *
     * @throws IllegalArgumentException if it is wrong
     */
    public static Script of(byte[] text) {
        if (text.length < 2 || text[0] != '#' || text[1] != '!') {
            return new Script(text, 0, false, 0);
        }
        int end = 0;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        if (end == text.length) {
            throw new IllegalArgumentException("Invalid script shebang");
        }
        byte[][] words = words(text, end, "Invalid engine in script shebang");
        if (!Ascii.text(words[0]).equals("#!lua")) {
            throw new IllegalArgumentException("Unexpected engine in script shebang: " + Ascii.text(words[0]));
        }
        int flags = 0;
        for (int i = 1; i < words.length; i++) {
            flags |= flags(Ascii.text(words[i]));
        }
        return new Script(text, end, true, flags);
    }

    /** Returns the words of the first line. */
    static byte[][] words(byte[] text, int end, String problem) {
        try {
            byte[][] words = InlineParser.split(Arrays.copyOf(text, end));
            if (words != null && words.length > 0) {
                return words;
            }
        } catch (ProtocolException e) {
            // Refused below.
        }
        throw new IllegalArgumentException(problem);
    }

    private static int flags(String word) {
        if (!word.startsWith("flags=")) {
            throw new IllegalArgumentException("Unknown lua shebang option: " + word);
        }
        int flags = 0;
        String list = word.substring("flags=".length());
        for (String name : list.isEmpty() ? new String[0] : list.split(",", -1)) {
            int bit = Flags.bit(name);
            if (bit == 0) {
                throw new IllegalArgumentException("Unexpected flag in script shebang: " + name);
            }
            flags |= bit;
        }
        return flags;
    }

    /** Returns the SHA-1 of bytes, in hexadecimal digits. */
    public static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java has SHA-1", e);
        }
    }

    /** Returns the SHA-1 of the text, which is the name of the script. */
    public String sha1() {
        return sha1(text);
    }

    byte[] text() {
        return text;
    }

    /** Returns where the text of Lua begins. */
    int start() {
        return start;
    }

    /** Whether the script says what it needs. */
    public boolean declaresFlags() {
        return declaresFlags;
    }

    /** Whether the script says that it does not write. */
    public boolean hasNoWrites() {
        return Flags.hasNoWrites(flags);
    }
}
