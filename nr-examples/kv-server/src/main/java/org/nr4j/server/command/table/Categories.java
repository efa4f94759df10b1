package org.nr4j.server.command.table;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nr4j.server.command.Command;

/**
 * The categories of commands that access rules name. They follow from the flags and the group of a command. A flag such
 * as {@code @dangerous} in the command's row adds one, and {@code -@pubsub} removes one.
 */
public final class Categories {
    /** All categories, in the order in which Redis lists them. */
    public static final List<String> ALL = List.of(
            "keyspace",
            "read",
            "write",
            "set",
            "sortedset",
            "list",
            "hash",
            "string",
            "bitmap",
            "hyperloglog",
            "geo",
            "stream",
            "pubsub",
            "admin",
            "fast",
            "slow",
            "blocking",
            "dangerous",
            "connection",
            "transaction",
            "scripting");

    /** The groups whose names are not those of their categories. */
    private static final Map<String, String> OF_GROUPS =
            Map.of("generic", "keyspace", "sorted-set", "sortedset", "transactions", "transaction");

    private Categories() {}

    /** Returns the categories of a command, in the order of {@link #ALL}. */
    public static List<String> of(Command command) {
        Set<String> found = new LinkedHashSet<>();
        if (!command.is("container") || command.is("bare")) {
            found.add(OF_GROUPS.getOrDefault(command.group(), command.group()));
        }
        found.add(command.is("fast") ? "fast" : "slow");
        addIf(found, command, "write", "write");
        addIf(found, command, "readonly", "read");
        addIf(found, command, "admin", "admin");
        addIf(found, command, "admin", "dangerous");
        addIf(found, command, "pubsub", "pubsub");
        addIf(found, command, "blocking", "blocking");
        for (String flag : command.flags()) {
            if (flag.startsWith("@")) {
                found.add(flag.substring(1));
            } else if (flag.startsWith("-@")) {
                found.remove(flag.substring(2));
            }
        }
        return ALL.stream().filter(found::contains).toList();
    }

    private static void addIf(Set<String> found, Command command, String flag, String category) {
        if (command.is(flag)) {
            found.add(category);
        }
    }
}
