package org.nr4j.server.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects parameters from a file, the environment and flags. A flag wins over the environment, and the environment
 * wins over a file.
 */
final class SettingsReader {
    private static final String VARIABLE = "NR4J_";
    private static final String FILE = "config";

    /** A name that may be there several times: a user with the rules. */
    static final String USER = "user";

    private final List<Assignment> fromEnvironment = new ArrayList<>();
    private final List<Assignment> fromFlags = new ArrayList<>();
    private @Nullable Path file;

    private SettingsReader() {}

    /**
     * Reads all sources.
     *
     * @throws IllegalArgumentException if a name is unknown, or a value is not valid
     */
    static Settings read(List<String> flags, Map<String, String> environment) {
        SettingsReader reader = new SettingsReader();
        reader.readEnvironment(environment);
        reader.readFlags(flags);
        Settings settings = new Settings(reader.file);
        if (reader.file != null) {
            ConfigFile.read(reader.file).forEach(assignment -> assign(settings, assignment));
        }
        reader.fromEnvironment.forEach(assignment -> assign(settings, assignment));
        reader.fromFlags.forEach(assignment -> assign(settings, assignment));
        settings.requireConsistent();
        return settings;
    }

    private void readEnvironment(Map<String, String> environment) {
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (variable.startsWith(VARIABLE)) {
                String name = variable.substring(VARIABLE.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '-');
                add(fromEnvironment, new Assignment(variable, name, List.of(bytes(value))));
            }
        });
    }

    private void readFlags(List<String> flags) {
        int at = 0;
        if (!flags.isEmpty() && !flags.get(0).startsWith("--")) {
            file = Path.of(flags.get(0));
            at = 1;
        }
        while (at < flags.size()) {
            String flag = flags.get(at++);
            if (!flag.startsWith("--")) {
                throw new IllegalArgumentException(
                        "a flag must begin with two dashes: flag=" + flag + "; put --NAME before the value");
            }
            List<String> words = new ArrayList<>();
            // The first word is the value, even if it begins with dashes, as a password may.
            while (at < flags.size() && (words.isEmpty() || !flags.get(at).startsWith("--"))) {
                words.add(bytes(flags.get(at++)));
            }
            if (words.isEmpty()) {
                throw new IllegalArgumentException("a flag must have a value: flag=" + flag + "; add it");
            }
            add(fromFlags, new Assignment(flag, flag.substring(2).toLowerCase(Locale.ROOT), words));
        }
    }

    private void add(List<Assignment> target, Assignment assignment) {
        if (assignment.name().equals(FILE)) {
            file = Path.of(ConfigFile.utf8(valueOf(assignment, /* severalWords= */ false)));
        } else {
            target.add(assignment);
        }
    }

    /** Parameters are bytes, since clients send bytes: one character stands for each. */
    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static void assign(Settings settings, Assignment assignment) {
        if (assignment.name().equals(USER)) {
            settings.addUser(valueOf(assignment, /* severalWords= */ true));
            return;
        }
        Parameter parameter = Parameters.find(assignment.name());
        if (parameter == null) {
            throw assignment.refused(
                    "a parameter must be known", "correct it to one of " + String.join(" ", Parameters.names()));
        }
        String value = valueOf(assignment, parameter.severalWords());
        try {
            settings.put(assignment.name(), parameter.normal(value));
        } catch (InvalidValueException e) {
            throw assignment.refused(String.valueOf(e.getMessage()), "correct it");
        }
    }

    private static String valueOf(Assignment assignment, boolean severalWords) {
        if (assignment.words().isEmpty() || (!severalWords && assignment.words().size() > 1)) {
            throw assignment.refused("a parameter must have one value", "correct it; put quotes around blanks");
        }
        return String.join(" ", assignment.words());
    }
}
