package org.nr4j.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The options of a program, {@code NAME=VALUE}; commas separate the values of a list. A wrong value causes an {@link
 * IllegalArgumentException} with a message for the user.
 */
final class Options {
    private final Map<String, String> values;

    private Options(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Parses the options that the user gave.
     *
     * @param defaults all options, in the order in which they are shown, with their values if the user says nothing
     */
    static Options parse(Map<String, String> defaults, String... args) {
        Map<String, String> values = new LinkedHashMap<>(defaults);
        for (String arg : args) {
            int equals = arg.indexOf('=');
            String name = arg.substring(0, Math.max(0, equals));
            if (!values.containsKey(name)) {
                throw new IllegalArgumentException("an option must be NAME=VALUE: option=" + arg
                        + "; the names, with what they are if you say nothing, are " + defaults);
            }
            values.put(name, arg.substring(equals + 1));
        }
        return new Options(values);
    }

    /**
     * Returns what {@code reading} returns. If it finds a wrong option, prints the reason and ends the program with 2.
     */
    static <T> T orExit(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            throw e; // not reached
        }
    }

    /** Returns a list as a user would write it. */
    static String list(Collection<Integer> numbers) {
        return String.join(",", numbers.stream().map(Object::toString).toList());
    }

    /** Returns these options with one of them changed. */
    Options with(String name, Object value) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.put(name, value.toString());
        return new Options(changed);
    }

    /** Returns the options as a user would write them. */
    List<String> toArgs() {
        return values.entrySet().stream().map(Object::toString).toList();
    }

    String text(String name) {
        return values.get(name);
    }

    /** Returns an option that must be one of some words. */
    String text(String name, String... choices) {
        String value = text(name);
        if (!Arrays.asList(choices).contains(value)) {
            throw wrong(name, value, "one of " + String.join(", ", choices));
        }
        return value;
    }

    boolean flag(String name) {
        return text(name, "true", "false").equals("true");
    }

    /** Returns an option that must be a whole number of at least {@code least}. */
    int number(String name, int least) {
        return number(name, text(name), least, Integer.MAX_VALUE);
    }

    /** Returns an option that must be a number above zero. */
    double positive(String name) {
        return positive(name, text(name));
    }

    List<String> texts(String name) {
        return List.of(text(name).split(",", -1));
    }

    /** Returns an option that must be whole numbers in a range. */
    List<Integer> numbers(String name, int least, int most) {
        List<Integer> numbers = new ArrayList<>();
        texts(name).forEach(value -> numbers.add(number(name, value, least, most)));
        return numbers;
    }

    /** Returns an option that must be numbers above zero; none if the value is empty. */
    List<Double> positives(String name) {
        return text(name).isEmpty()
                ? List.of()
                : texts(name).stream().map(value -> positive(name, value)).toList();
    }

    private static int number(String name, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw wrong(name, value, "a whole number from " + least + " to " + most);
    }

    private static double positive(String name, String value) {
        try {
            double number = Double.parseDouble(value);
            if (number > 0 && number < Double.POSITIVE_INFINITY) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw wrong(name, value, "a number above 0");
    }

    private static IllegalArgumentException wrong(String name, String value, String rule) {
        return new IllegalArgumentException("the option " + name + " must be " + rule + ": " + name + "=" + value);
    }
}
