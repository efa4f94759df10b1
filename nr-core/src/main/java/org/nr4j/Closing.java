package org.nr4j;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Closes the structures of a closed instance, those that want to be. */
final class Closing {
    private Closing() {}

    /** Closes each; the first failure is thrown in the end, the others are suppressed in it. */
    static void closeAll(List<?> structures) {
        RuntimeException failure = null;
        for (Object structure : structures) {
            failure = close(structure, failure);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static @Nullable RuntimeException close(Object structure, @Nullable RuntimeException earlier) {
        if (structure instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                RuntimeException failure = e instanceof RuntimeException unchecked
                        ? unchecked
                        : new IllegalStateException("a structure's close threw: " + e, e);
                if (earlier == null) {
                    return failure;
                }
                earlier.addSuppressed(failure);
            }
        }
        return earlier;
    }
}
