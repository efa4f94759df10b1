package org.nr4j.server.type;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;

/** The libraries of functions: an entry with the text of each library, and an entry for each function. */
public final class FunctionData {
    private final Keyspace keyspace;

    FunctionData(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    /** A function, its library, and what it says of itself. */
    public record FunctionEntry(byte[] name, byte[] library, int flags, byte @Nullable [] description) {}

    /** Returns the text of a library, or null. */
    public byte @Nullable [] library(byte[] name) {
        return keyspace.reads().get(KeyLayout.library(name));
    }

    /** Returns the texts of all libraries, in the order of their names. */
    public List<byte[]> libraries() {
        return keyspace.reads().scan(KeyLayout.ALL_LIBRARIES).stream()
                .map(Entry::value)
                .toList();
    }

    /** Returns a function, or null. */
    public @Nullable FunctionEntry function(byte[] name) {
        byte[] value = keyspace.reads().get(KeyLayout.function(name));
        return value == null ? null : decode(name, value);
    }

    /** Returns all functions, in the order of their names. */
    public List<FunctionEntry> functions() {
        List<FunctionEntry> functions = new ArrayList<>();
        for (Entry entry : keyspace.reads().scan(KeyLayout.ALL_FUNCTIONS)) {
            functions.add(decode(KeyLayout.functionName(entry.key()), entry.value()));
        }
        return functions;
    }

    /** Puts a library and its functions. */
    public void put(byte[] library, byte[] code, List<FunctionEntry> functions) {
        keyspace.writes().set(KeyLayout.library(library), code);
        for (FunctionEntry function : functions) {
            keyspace.writes().set(KeyLayout.function(function.name), encode(function));
        }
    }

    /** Removes a library and its functions. */
    public void remove(byte[] library) {
        for (FunctionEntry function : functions()) {
            if (Arrays.equals(function.library, library)) {
                keyspace.writes().delete(KeyLayout.function(function.name));
            }
        }
        keyspace.writes().delete(KeyLayout.library(library));
    }

    /** Removes all libraries. */
    public void clear() {
        keyspace.writes().removeRange(KeyLayout.ALL_LIBRARIES);
        keyspace.writes().removeRange(KeyLayout.ALL_FUNCTIONS);
    }

    /** A function is: flags (4), length of the library's name (4), this name, 1 and a description if there is one. */
    private static byte[] encode(FunctionEntry function) {
        byte[] description = function.description;
        int described = description == null ? 0 : 1 + description.length;
        ByteBuffer out = ByteBuffer.allocate(2 * Integer.BYTES + function.library.length + described);
        out.putInt(function.flags).putInt(function.library.length).put(function.library);
        if (description != null) {
            out.put((byte) 1).put(description);
        }
        return out.array();
    }

    private static FunctionEntry decode(byte[] name, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        int flags = in.getInt();
        byte[] library = new byte[in.getInt()];
        in.get(library);
        byte[] description = null;
        if (in.hasRemaining()) {
            in.get();
            description = new byte[in.remaining()];
            in.get(description);
        }
        return new FunctionEntry(name, library, flags, description);
    }
}
