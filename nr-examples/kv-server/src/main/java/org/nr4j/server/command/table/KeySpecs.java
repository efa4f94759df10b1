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

    /** Where options of GEORADIUSBYMEMBER begin. */
    private static final int FIRST_OPTION = 5;

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
        if (command.name().startsWith("GEORADIUS")) {
            addTargets(arguments, keys);
        }
        return keys;
    }

    /** Adds each key after a word STORE or STOREDIST: a specification finds the first, and the last one counts. */
    private static void addTargets(byte[][] arguments, List<Key> keys) {
        for (int i = FIRST_OPTION; i + 1 < arguments.length; i++) {
            if (Ascii.is(arguments[i], "STORE") || Ascii.is(arguments[i], "STOREDIST")) {
                keys.add(new Key(arguments[i + 1], List.of("OW", "update")));
            }
        }
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
        List<Key> keys = new ArrayList<>();
        List<String> flags = command.is("readonly") ? List.of("RO", "access") : List.of("RW", "access", "update");
        boolean sorts = command.name().equals("SORT");
        for (byte[] key : command.keysOf(arguments)) {
            keys.add(new Key(key, sorts ? List.of("RO", "access") : flags));
        }
        if (sorts) {
            addTarget(arguments, keys);
        }
        return keys;
    }

    /** Adds the key after the last word STORE of the command SORT. */
    private static void addTarget(byte[][] arguments, List<Key> keys) {
        for (int i = arguments.length - 2; i > 1; i--) {
            if (Ascii.is(arguments[i], "STORE")) {
                keys.add(new Key(arguments[i + 1], List.of("OW", "update")));
                return;
            }
        }
    }
}
