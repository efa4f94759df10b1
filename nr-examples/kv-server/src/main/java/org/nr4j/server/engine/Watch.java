package org.nr4j.server.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A key that a client watches. */
public record Watch(int database, byte[] key) {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Watch that && database == that.database && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        return 31 * database + Arrays.hashCode(key);
    }
}
