package org.nr4j.server.config;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * A parameter of the server: its name, its value at first, when it may change, and which values it may have.
 *
 * @param initial the value of a server that does not set the parameter
 * @param change when the value may change
 * @param severalWords whether the value may have several words
 */
record Parameter(String name, String initial, Change change, boolean severalWords, Rule rule) {
    /** When a value may change. */
    enum Change {
        /** When the server starts. */
        AT_START,
        /** When the server starts, and by CONFIG SET. */
        ANY_TIME
    }

    /** Which values a parameter may have. */
    @FunctionalInterface
    interface Rule {
        /**
         * Returns a value in the form in which CONFIG GET answers it.
         *
         * @throws InvalidValueException if the parameter cannot have the value
         */
        String normal(String name, String value);
    }

    /** Returns this parameter, but for a value that only a start can set. */
    Parameter fixed() {
        return new Parameter(name, initial, Change.AT_START, severalWords, rule);
    }

    /** Returns this parameter, but for a value of several words. */
    Parameter words() {
        return new Parameter(name, initial, change, /* severalWords= */ true, rule);
    }

    /** Checks a value, and returns it in the form in which CONFIG GET answers it. */
    String normal(String value) {
        return rule.normal(name, value);
    }

    // ---- kinds ----

    static Parameter text(String name, String initial) {
        return new Parameter(name, initial, Change.ANY_TIME, false, (own, value) -> value);
    }

    static Parameter truth(String name, boolean initial) {
        return new Parameter(name, initial ? "yes" : "no", Change.ANY_TIME, false, (own, value) -> {
            String word = value.toLowerCase(Locale.ROOT);
            if (!word.equals("yes") && !word.equals("no")) {
                throw new InvalidValueException(own, "argument must be 'yes' or 'no'");
            }
            return word;
        });
    }

    static Parameter oneOf(String name, String initial, List<String> words) {
        return new Parameter(name, initial, Change.ANY_TIME, false, (own, value) -> {
            String word = value.toLowerCase(Locale.ROOT);
            if (!words.contains(word)) {
                throw new InvalidValueException(
                        own, "argument(s) must be one of the following: " + String.join(", ", words));
            }
            return word;
        });
    }

    static Parameter number(String name, long initial, long least, long most) {
        return new Parameter(name, Long.toString(initial), Change.ANY_TIME, false, (own, value) -> {
            if (!value.matches("-?[0-9]{1,18}|9[0-9]{18}")) {
                throw new InvalidValueException(own, "argument couldn't be parsed into an integer");
            }
            return inRange(own, Long.parseLong(value), least, most);
        });
    }

    /** A number of bytes, perhaps with a unit. */
    static Parameter memory(String name, long initial, long least) {
        return new Parameter(name, Long.toString(initial), Change.ANY_TIME, false, (own, value) -> {
            OptionalLong bytes = MemorySize.parse(value);
            if (bytes.isEmpty()) {
                throw new InvalidValueException(own, "argument must be a memory value");
            }
            return inRange(own, bytes.getAsLong(), least, Long.MAX_VALUE);
        });
    }

    /** Classes of events. */
    static Parameter events(String name) {
        return new Parameter(name, "", Change.ANY_TIME, false, (own, value) -> {
            if (!EventClasses.areValid(value)) {
                throw new InvalidValueException(own, "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
            }
            return EventClasses.parse(value).text();
        });
    }

    private static String inRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InvalidValueException(name, "argument must be between " + least + " and " + most + " inclusive");
        }
        return Long.toString(value);
    }
}
