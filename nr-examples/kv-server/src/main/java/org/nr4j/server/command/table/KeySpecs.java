package org.nr4j.server.command.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nr4j.server.command.Command;
import org.nr4j.server.protocol.Ascii;

/** The key specifications of all commands, from the resource {@code key-specs.txt}. */
public final class KeySpecs {
    private static final String RESOURCE = "key-specs.txt";

    /** The commands that store their result at the key after the last of some words. */
    private static final Map<String, Target> TARGETS = Map.of(
            "SORT", new Target(2, List.of("STORE")),
            "GEORADIUS", new Target(6, List.of("STORE", "STOREDIST")),
            "GEORADIUSBYMEMBER", new Target(5, List.of("STORE", "STOREDIST")));

    private static final Set<String> WRITING = Set.of("insert", "update", "delete");
    private static final Map<String, List<KeySpec>> ALL = read();

    private KeySpecs() {}

    /**
     * A key among the arguments of a command.
     *
     * @param flags what the command does with it, as in a key specification
     */
    public record Key(byte[] name, List<String> flags) {
        /** Whether the command depends on the value. */
        public boolean reads() {
            return flags.contains("access");
        }

        /** Whether the command changes the value. */
        public boolean writes() {
            return flags.stream().anyMatch(WRITING::contains);
        }
    }

    /** Words before the key that takes a result, from an index on. */
    private record Target(int from, List<String> words) {
        void addTo(List<Key> keys, byte[][] arguments) {
            for (int i = arguments.length - 2; i >= from; i--) {
                byte[] argument = arguments[i];
                if (words.stream().anyMatch(word -> Ascii.is(argument, word))) {
                    keys.add(new Key(arguments[i + 1], List.of("OW", "update")));
                    return;
                }
            }
        }
    }

    private static Map<String, List<KeySpec>> read() {
        Map<String, List<KeySpec>> specs = new HashMap<>();
        for (String row : CommandTable.rows(RESOURCE)) {
            String[] columns = row.split(" \\| ", -1);
            List<String> flags = List.of(columns[1].split(" "));
            KeySpec spec = new KeySpec(flags, KeySpec.Begin.parse(columns[2]), KeySpec.Find.parse(columns[3]));
            specs.computeIfAbsent(columns[0], name -> new ArrayList<>()).add(spec);
        }
        return specs;
    }

    /** Returns the specifications of a command. */
    public static List<KeySpec> of(Command command) {
        return ALL.getOrDefault(command.name(), List.of());
    }

    /** Whether only the arguments say where a command's keys are. */
    public static boolean areMovable(Command command) {
        return command.hasMovableKeys()
                || of(command).stream()
                        .anyMatch(spec -> spec.begin().kind() != KeySpec.BeginKind.INDEX
                                || spec.find().kind() != KeySpec.FindKind.RANGE);
    }

    /** Returns the keys among the arguments of a command; none if the arguments are wrong. */
    public static List<Key> keys(Command command, byte[][] arguments) {
        Target target = TARGETS.get(command.name());
        if (target != null) {
            return withTarget(command, arguments, target);
        }
        List<KeySpec> specs = of(command);
        if (specs.isEmpty() || specs.stream().anyMatch(KeySpec::isUnknown)) {
            return unspecified(command, arguments);
        }
        List<Key> keys = new ArrayList<>();
        for (KeySpec spec : specs) {
            if (spec.isOfKeys()) {
                List<Integer> indexes = new ArrayList<>();
                spec.addIndexes(arguments, indexes);
                List<String> flags = actual(command, arguments, spec.flags());
                indexes.forEach(index -> keys.add(new Key(arguments[index], flags)));
            }
        }
        return keys;
    }

    /** Returns the key that a command reads, and the one that takes the result, if there is one. */
    private static List<Key> withTarget(Command command, byte[][] arguments, Target target) {
        List<Key> keys = new ArrayList<>();
        command.keysOf(arguments).forEach(key -> keys.add(new Key(key, List.of("RO", "access"))));
        target.addTo(keys, arguments);
        return keys;
    }

    /** Returns what a command whose flags vary does with its key. */
    private static List<String> actual(Command command, byte[][] arguments, List<String> flags) {
        if (command.name().equals("SET") && !has(arguments, 3, "GET")) {
            return List.of("OW", "update");
        }
        if (command.name().equals("BITFIELD") && !has(arguments, 2, "SET") && !has(arguments, 2, "INCRBY")) {
            return List.of("RO", "access");
        }
        return flags.stream().filter(flag -> !flag.equals("variable_flags")).toList();
    }

    private static boolean has(byte[][] arguments, int from, String word) {
        for (int i = from; i < arguments.length; i++) {
            if (Ascii.is(arguments[i], word)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the keys of a command whose specifications do not tell all: with all that it may do with them. */
    private static List<Key> unspecified(Command command, byte[][] arguments) {
        List<String> flags = command.is("readonly") ? List.of("RO", "access") : List.of("RW", "access", "update");
        return command.keysOf(arguments).stream()
                .map(key -> new Key(key, flags))
                .toList();
    }
}
