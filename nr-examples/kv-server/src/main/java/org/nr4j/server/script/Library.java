package org.nr4j.server.script;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.protocol.Ascii;

/** A library of functions: its text, which begins with a line such as {@code #!lua name=lib}. */
public final class Library {
    /** The name of a library's source in messages. */
    static final String SOURCE = "@user_function";

    private final byte[] code;
    private final int start;
    private final String name;
    private final Map<String, Function> functions = new TreeMap<>();

    /** A function as the library has registered it. */
    public record Function(int flags, byte @Nullable [] description) {
        /** Whether the function says that it does not write. */
        public boolean hasNoWrites() {
            return Flags.hasNoWrites(flags);
        }
    }

    private Library(byte[] code, int start, String name) {
        this.code = code;
        this.start = start;
        this.name = name;
    }

    /**
     * Reads the first line of a library.
     *
     * @throws IllegalArgumentException if it is wrong
     */
    public static Library of(byte[] code) {
        if (code.length < 2 || code[0] != '#' || code[1] != '!') {
            throw new IllegalArgumentException("Missing library metadata");
        }
        int end = 0;
        while (end < code.length && code[end] != '\n') {
            end++;
        }
        if (end == code.length) {
            throw new IllegalArgumentException("Invalid library metadata");
        }
        byte[][] words = Script.words(code, end, "Invalid library metadata");
        String name = null;
        for (int i = 1; i < words.length; i++) {
            String word = Ascii.text(words[i]);
            if (!word.toLowerCase(Locale.ROOT).startsWith("name=")) {
                throw new IllegalArgumentException("Invalid metadata value given: " + word);
            }
            if (name != null) {
                throw new IllegalArgumentException("Invalid metadata value, name argument was given multiple times");
            }
            name = word.substring("name=".length());
        }
        if (name == null) {
            throw new IllegalArgumentException("Library name was not given");
        }
        requireName(name);
        String engine = Ascii.text(words[0]).substring(2);
        if (!engine.equalsIgnoreCase("lua")) {
            throw new IllegalArgumentException("Engine '" + engine + "' not found");
        }
        return new Library(code, end, name);
    }

    /** Throws if the name of a library or of a function is not valid. */
    static void requireName(String name) {
        if (!name.matches("[a-zA-Z0-9_]+")) {
            throw new IllegalArgumentException("Library names can only contain letters, numbers, or underscores(_) "
                    + "and must be at least one character long");
        }
    }

    /** Returns the whole text. */
    public byte[] code() {
        return code;
    }

    /** Returns where the text of Lua begins. */
    int start() {
        return start;
    }

    public String name() {
        return name;
    }

    /** Returns the functions by their names, once the library {@linkplain Scripts#load has been loaded}. */
    public Map<String, Function> functions() {
        return functions;
    }
}
