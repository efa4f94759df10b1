package org.nr4j.internal.admin;

import java.lang.System.Logger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Closes the structures of a closed instance that are {@link AutoCloseable}. */
public final class Closing {
    private static final Logger LOGGER = System.getLogger(Closing.class.getName());

    private Closing() {}

    /**
     * Closes each structure. Throws the first failure after the last structure, with the other failures suppressed in
     * it.
     */
    public static void closeAll(List<?> structures) {
        RuntimeException failure = null;
        for (Object structure : structures) {
            failure = close(structure, failure);
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Closes a structure that its running instance has stopped using. Logs a failure. */
    public static void closeQuietly(Object structure) {
        try {
            closeAll(List.of(structure));
        } catch (RuntimeException e) {
            LOGGER.log(
                    Logger.Level.WARNING,
                    "a structure's close must not throw: the replica is out of service anyway",
                    e);
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
