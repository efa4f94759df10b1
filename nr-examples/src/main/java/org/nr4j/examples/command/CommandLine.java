package org.nr4j.examples.command;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nr4j.topology.NumaTopology;

/**
 * The options of a command line, by name. A wrong option causes a {@link BadOptionException} whose message says what is
 * right.
 */
public final class CommandLine {
    private static final String REMEDY = "--help lists the options";
    private static final int LARGEST_LOG = 1 << 28;
    private static final Pattern NODES_X_CPUS = Pattern.compile("(\\d{1,9})x(\\d{1,9})");

    private final Map<String, String> given = new HashMap<>();

    private CommandLine() {}

    /** Returns whether the command line only asks for the usage text. */
    public static boolean wantsHelp(String... args) {
        return List.of(args).contains("--help");
    }

    /**
     * Parses a command line. Accepts both {@code --name value} and {@code --name=value}.
     *
     * @param names the options that take a value
     * @param switches the options that take none
     */
    public static CommandLine parse(Set<String> names, Set<String> switches, String... args) {
        CommandLine result = new CommandLine();
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (!arg.startsWith("--")) {
                throw new BadOptionException("options begin with --: " + arg + "; " + REMEDY);
            }
            if (switches.contains(arg)) {
                result.put(arg, "");
                continue;
            }
            int equals = arg.indexOf('=');
            String name = equals < 0 ? arg : arg.substring(0, equals);
            if (!names.contains(name)) {
                throw new BadOptionException("there is no such option: " + name + "; " + REMEDY);
            }
            if (equals < 0 && (i + 1 == args.length || args[i + 1].startsWith("--"))) {
                throw new BadOptionException("an option needs a value: " + name + "; " + REMEDY);
            }
            result.put(name, equals < 0 ? args[++i] : arg.substring(equals + 1));
        }
        return result;
    }

    private void put(String name, String value) {
        if (given.put(name, value) != null) {
            throw new BadOptionException("an option may be given once: " + name + "; leave one out");
        }
    }

    public boolean has(String name) {
        return given.containsKey(name);
    }

    /** Returns the value of an option, or {@code otherwise} if it is absent. */
    public String text(String name, String otherwise) {
        return given.getOrDefault(name, otherwise);
    }

    /** Returns a number from {@code least} to {@code most}, or {@code otherwise} if the option is absent. */
    public int number(String name, int least, int most, int otherwise, String remedy) {
        String value = given.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value.matches("\\d{1,9}")) {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw bad(name, value, "must be a whole number from " + least + " to " + most, remedy);
    }

    /** Returns a number from 1 to {@code most}; empty if the option is absent. */
    public OptionalInt number(String name, int most, String remedy) {
        return has(name) ? OptionalInt.of(number(name, 1, most, 1, remedy)) : OptionalInt.empty();
    }

    /** Returns how many batches nr4j's log holds. */
    public int logCapacity(String name) {
        int capacity = number(name, 1, LARGEST_LOG, 4096, "leave it out for 4096");
        if (Integer.bitCount(capacity) != 1) {
            int below = Integer.highestOneBit(capacity);
            throw bad(name, "" + capacity, "must be a power of two", "pass " + below + " or " + 2 * below);
        }
        return capacity;
    }

    /** Returns a topology: {@code detect}, which is the default, or for example {@code 2x4}. */
    public NumaTopology topology(String name) {
        String value = text(name, "detect");
        if (value.equals("detect")) {
            return NumaTopology.detect();
        }
        Matcher matcher = NODES_X_CPUS.matcher(value);
        if (!matcher.matches()) {
            throw bad(name, value, "must be detect or NODESxCPUS", "pass for example 2x4 for 2 nodes of 4 cpus");
        }
        try {
            return NumaTopology.simulated(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        } catch (IllegalArgumentException e) {
            throw new BadOptionException(name + "=" + value + ": " + e.getMessage());
        }
    }

    public static BadOptionException bad(String name, String value, String rule, String remedy) {
        return new BadOptionException(name + " " + rule + ": " + name + "=" + value + "; " + remedy);
    }
}
