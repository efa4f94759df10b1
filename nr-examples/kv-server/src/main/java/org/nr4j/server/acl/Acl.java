package org.nr4j.server.acl;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The users of a server. For any number of threads. */
public final class Acl {
    /** The user of a client that has not named one. Always there. */
    public static final String DEFAULT = "default";

    private final ConcurrentSkipListMap<String, User> users = new ConcurrentSkipListMap<>();
    private final AclLog log = new AclLog();

    /**
     * Creates the default user.
     *
     * @param password the password of the default user; empty for none
     */
    public Acl(String password) {
        users.put(DEFAULT, new User(DEFAULT, Rights.all()));
        requirePassword(password);
    }

    /** Returns the log of what was denied. */
    public AclLog log() {
        return log;
    }

    // ---- access ----

    /** Returns the user of a name; null if there is none. */
    public @Nullable User find(String name) {
        return users.get(name);
    }

    /** Returns the default user. */
    public User defaultUser() {
        return Objects.requireNonNull(users.get(DEFAULT));
    }

    /** Returns the user of a client that has not logged in; null if it must log in first. */
    public @Nullable User userWithoutLogin() {
        User user = defaultUser();
        return user.rights().isWithoutPassword() && user.rights().isEnabled() ? user : null;
    }

    /** Returns the user whose name and password a client has sent; null if they are wrong. */
    public @Nullable User logIn(String name, byte[] password) {
        User user = find(name);
        return user != null && user.rights().accepts(password) ? user : null;
    }

    /** Returns all names, in order. */
    public Collection<String> names() {
        return List.copyOf(users.keySet());
    }

    /** Returns a line for each user, which {@link #define} would read. */
    public List<String> lines() {
        return users.values().stream()
                .map(user -> "user " + user.name() + " " + user.rights().text())
                .toList();
    }

    // ---- changes ----

    /** Sets the password of the default user; an empty one for none. */
    public synchronized void requirePassword(String password) {
        change(DEFAULT, password.isEmpty() ? List.of("nopass") : List.of("resetpass", ">" + password));
    }

    /**
     * Creates a user, or changes one. Either all rules apply, or none.
     *
     * @throws AclException if a rule cannot be applied
     */
    public synchronized void change(String name, List<String> rules) {
        requireName(name);
        User user = find(name);
        Rights rights = applied(user == null ? new Rights() : user.rights(), rules);
        if (user == null) {
            users.put(name, new User(name, rights));
        } else {
            user.rights(rights);
        }
    }

    private static Rights applied(Rights start, List<String> rules) {
        Rights rights = start.copy();
        for (String rule : joined(rules)) {
            try {
                rights.apply(rule);
            } catch (AclException e) {
                throw new AclException("Error in ACL SETUSER modifier '" + rule + "': " + e.getMessage());
            }
        }
        return rights;
    }

    private static void requireName(String name) {
        if (name.isEmpty() || name.chars().anyMatch(c -> c == 0 || Character.isWhitespace(c))) {
            throw new AclException("Usernames can't contain spaces or null characters");
        }
    }

    /** Joins the words of each selector, from its parenthesis to the one that closes it. */
    private static List<String> joined(List<String> words) {
        List<String> rules = new ArrayList<>();
        String open = null;
        for (String word : words) {
            open = open == null ? (word.startsWith("(") ? word : null) : open + " " + word;
            if (open == null) {
                rules.add(word);
            } else if (word.endsWith(")")) {
                rules.add(open);
                open = null;
            }
        }
        if (open != null) {
            throw new AclException("Unmatched parenthesis in acl selector starting at '"
                    + words.stream().filter(word -> word.startsWith("(")).reduce(open, (a, b) -> b) + "'.");
        }
        return rules;
    }

    /** Removes a user other than the default one. Returns the user; null if there was none. */
    public synchronized @Nullable User remove(String name) {
        return users.remove(name);
    }

    // ---- configuration ----

    /**
     * Creates a user as a line of a configuration says, without its first word {@code user}.
     *
     * @throws AclException if the line is not valid
     */
    public synchronized void define(String line) {
        List<String> words = words(line);
        if (words.isEmpty()) {
            throw new AclException("a user must have a name: line=user; add it");
        }
        if (!words.get(0).equals(DEFAULT) && find(words.get(0)) != null) {
            throw new AclException("Duplicate user found. A user can only be defined once in config files");
        }
        change(words.get(0), words.subList(1, words.size()));
    }

    private static List<String> words(String line) {
        return line.isBlank() ? List.of() : List.of(line.trim().split("[ \t]+"));
    }

    /**
     * Replaces all users by those of lines. Changes nothing if a line is not valid. A user whom the lines lack is gone.
     * If they lack the default user, it has all rights.
     *
     * @param source names the lines in errors
     * @throws AclException if a line is not valid
     */
    public synchronized void replace(String source, List<String> lines) {
        Map<String, Rights> loaded = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            List<String> words = words(lines.get(i));
            if (!words.isEmpty()) {
                load(words, source + ":" + (i + 1), loaded);
            }
        }
        loaded.putIfAbsent(DEFAULT, Rights.all());
        users.keySet().retainAll(loaded.keySet());
        loaded.forEach((name, rights) -> {
            User old = users.putIfAbsent(name, new User(name, rights));
            if (old != null) {
                old.rights(rights);
            }
        });
    }

    private static void load(List<String> words, String place, Map<String, Rights> loaded) {
        if (words.size() < 2 || !words.get(0).equals("user")) {
            throw new AclException(place + " should start with user keyword followed by the username. ");
        }
        try {
            requireName(words.get(1));
            Rights rights = applied(new Rights(), words.subList(2, words.size()));
            if (loaded.put(words.get(1), rights) != null) {
                throw new AclException("Duplicate user '" + words.get(1) + "' found");
            }
        } catch (AclException e) {
            throw new AclException(place + ": " + e.getMessage() + ". ");
        }
    }
}
