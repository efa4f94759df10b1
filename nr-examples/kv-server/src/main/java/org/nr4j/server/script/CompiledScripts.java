package org.nr4j.server.script;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions that an interpreter has compiled, by their text. A value is a reference in Lua's registry. */
final class CompiledScripts {
    private static final int MOST = 1_000;

    private final Map<Text, Integer> references = new HashMap<>();

    private record Text(byte[] bytes) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Text that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** Returns the reference of a text; 0 if it has not been compiled. */
    int find(byte[] text) {
        return references.getOrDefault(new Text(text), 0);
    }

    void add(byte[] text, int reference) {
        references.put(new Text(text), reference);
    }

    /** Whether there are so many that a new interpreter should begin. */
    boolean isFull() {
        return references.size() >= MOST;
    }
}
