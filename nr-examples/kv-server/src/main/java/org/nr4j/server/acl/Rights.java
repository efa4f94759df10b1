package org.nr4j.server.acl;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Ascii;

/** How a user logs in, and what the user may do. Does not change any more once a {@link User} has it. */
public final class Rights {
    private boolean enabled;
    private boolean withoutPassword;
    private @Nullable Boolean sanitizes;
    private final Set<String> passwords = new LinkedHashSet<>();
    private Selector root = new Selector();
    private final List<Selector> selectors = new ArrayList<>();

    Rights() {}

    /** Returns the rights of the default user of a new server: all, without a password. */
    static Rights all() {
        Rights rights = new Rights();
        List.of("on", "nopass", "~*", "&*", "+@all").forEach(rights::apply);
        return rights;
    }

    Rights copy() {
        Rights copy = new Rights();
        copy.enabled = enabled;
        copy.withoutPassword = withoutPassword;
        copy.sanitizes = sanitizes;
        copy.passwords.addAll(passwords);
        copy.root = root.copy();
        copy.selectors.addAll(selectors);
        return copy;
    }

    // ---- rules ----

    /**
     * Applies a rule.
     *
     * @throws AclException if it cannot be applied
     */
    void apply(String rule) {
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "on", "off" -> enabled = rule.equalsIgnoreCase("on");
            case "nopass", "resetpass" -> {
                withoutPassword = rule.equalsIgnoreCase("nopass");
                passwords.clear();
            }
            case "sanitize-payload", "skip-sanitize-payload" -> sanitizes = rule.equalsIgnoreCase("sanitize-payload");
            case "clearselectors" -> selectors.clear();
            case "reset" -> reset();
            default -> applyOther(rule);
        }
    }

    private void reset() {
        enabled = false;
        withoutPassword = false;
        sanitizes = true;
        passwords.clear();
        selectors.clear();
        root = new Selector();
    }

    private void applyOther(String rule) {
        char kind = rule.isEmpty() ? 0 : rule.charAt(0);
        switch (kind) {
            case '>' -> addPassword(Passwords.hash(Ascii.bytes(rule.substring(1))));
            case '#' -> addPassword(Passwords.requireHash(rule.substring(1)));
            case '<' -> removePassword(Passwords.hash(Ascii.bytes(rule.substring(1))));
            case '!' -> removePassword(Passwords.requireHash(rule.substring(1)));
            case '(' -> selectors.add(Selector.parse(enclosed(rule)));
            default -> root.apply(rule);
        }
    }

    private static String enclosed(String rule) {
        if (!rule.endsWith(")")) {
            throw new AclException(AclException.SYNTAX);
        }
        return rule.substring(1, rule.length() - 1);
    }

    private void addPassword(String hash) {
        passwords.add(hash);
        withoutPassword = false;
    }

    private void removePassword(String hash) {
        if (!passwords.remove(hash)) {
            throw new AclException("The password you are trying to remove from the user does not exist");
        }
    }

    // ---- checks ----

    /** Whether the user may do everything. */
    boolean isUnrestricted() {
        return root.isUnrestricted();
    }

    boolean isEnabled() {
        return enabled;
    }

    /** Whether the user logs in with any password, or with none. */
    public boolean isWithoutPassword() {
        return withoutPassword;
    }

    boolean accepts(byte[] password) {
        String hash = Passwords.hash(password);
        boolean found = withoutPassword;
        for (String known : passwords) {
            found |= Passwords.areEqual(known, hash);
        }
        return enabled && found;
    }

    private List<Selector> allSelectors() {
        List<Selector> all = new ArrayList<>(selectors);
        all.add(0, root);
        return all;
    }

    /** Returns why a command may not run; null if it may. Of several reasons, that of the nearest selector. */
    @Nullable
    Denial check(Command command, byte[][] arguments) {
        Denial nearest = null;
        for (Selector selector : allSelectors()) {
            Denial denial = selector.check(command, arguments);
            if (denial == null) {
                requireSortPatterns(command, arguments);
                return null;
            }
            nearest = nearest == null || denial.reason().compareTo(nearest.reason()) > 0 ? denial : nearest;
        }
        return nearest;
    }

    /** The patterns of SORT may name any key. */
    private void requireSortPatterns(Command command, byte[][] arguments) {
        boolean sorts = command.name().equals("SORT") || command.name().equals("SORT_RO");
        if (!sorts || allSelectors().stream().anyMatch(selector -> selector.allowsReadingAll(command, arguments))) {
            return;
        }
        for (int i = 2; i + 1 < arguments.length; i++) {
            boolean by =
                    Ascii.is(arguments[i], "BY") && Ascii.text(arguments[i + 1]).indexOf('*') >= 0;
            boolean get = Ascii.is(arguments[i], "GET") && !Ascii.is(arguments[i + 1], "#");
            if (by || get) {
                throw new CommandException(
                        "ERR " + (by ? "BY" : "GET") + " option of SORT denied due to insufficient ACL permissions.");
            }
        }
    }

    /** Whether the user may be subscribed to a channel, or to a pattern of channels. */
    public boolean allowsChannel(byte[] channel, boolean isPattern) {
        return allSelectors().stream().anyMatch(selector -> selector.allowsChannel(channel, isPattern));
    }

    // ---- text ----

    /** Returns the words that say how the user logs in. */
    public List<String> flags() {
        List<String> flags = new ArrayList<>();
        flags.add(enabled ? "on" : "off");
        if (withoutPassword) {
            flags.add("nopass");
        }
        if (sanitizes != null) {
            flags.add(sanitizes ? "sanitize-payload" : "skip-sanitize-payload");
        }
        return flags;
    }

    /** Returns the hashes of the passwords. */
    public Set<String> passwords() {
        return passwords;
    }

    /** What a selector allows, as text. */
    public record Permissions(String commands, String keys, String channels) {}

    /** Returns what the selectors allow, that of the user itself first. */
    public List<Permissions> permissions() {
        return allSelectors().stream()
                .map(selector -> new Permissions(selector.commandsText(), selector.keysText(), selector.channelsText()))
                .toList();
    }

    /** Returns all rules, as a file has them. */
    String text() {
        List<String> parts = new ArrayList<>();
        parts.addAll(flags());
        parts.addAll(passwords.stream().map(hash -> "#" + hash).toList());
        parts.add(root.text());
        selectors.forEach(selector -> parts.add("(" + selector.text() + ")"));
        return String.join(" ", parts);
    }
}
