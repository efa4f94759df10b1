package org.nr4j.server.script;

import java.util.List;
import java.util.Locale;

/** What a script or a function says of itself. A set of them is an integer with a bit for each. */
public final class Flags {
    /** The names, in the order in which FUNCTION LIST has them. */
    private static final List<String> NAMES =
            List.of("no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys");

    private static final int NO_WRITES = 1;

    private Flags() {}

    /** Returns the bit of a name; 0 if there is none. */
    static int bit(String name) {
        int index = NAMES.indexOf(name);
        return index < 0 ? 0 : 1 << index;
    }

    /** Returns the bit of a name, whatever its case; 0 if there is none. */
    static int bitIgnoringCase(String name) {
        return bit(name.toLowerCase(Locale.ROOT));
    }

    static boolean hasNoWrites(int flags) {
        return (flags & NO_WRITES) != 0;
    }

    /** Returns the names of flags. */
    public static List<String> names(int flags) {
        return NAMES.stream().filter(name -> (flags & bit(name)) != 0).toList();
    }
}
