package org.nr4j.server.acl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.Globs;
import org.nr4j.server.command.table.KeySpecs;
import org.nr4j.server.protocol.Ascii;

/**
 * A set of permissions: commands, and the keys and channels that they may have. A user has one, and perhaps more. A
 * command may run if one of them allows all of it.
 */
final class Selector {
    private static final String AFTER_ALL = "Adding a pattern after the * pattern (or the '%s' flag) is not valid and "
            + "does not have any effect. Try '%s' to start with an empty list of %s";

    private CommandRules commands = new CommandRules();
    private final List<KeyPattern> keys = new ArrayList<>();
    private final List<String> channels = new ArrayList<>();
    private boolean allKeys;
    private boolean allChannels;

    Selector copy() {
        Selector copy = new Selector();
        copy.commands = commands.copy();
        copy.keys.addAll(keys);
        copy.channels.addAll(channels);
        copy.allKeys = allKeys;
        copy.allChannels = allChannels;
        return copy;
    }

    /** Reads what parentheses enclose: rules, separated by blanks. */
    static Selector parse(String rules) {
        Selector selector = new Selector();
        for (String rule : rules.trim().split(" +", -1)) {
            if (!rule.isEmpty()) {
                selector.apply(rule);
            }
        }
        return selector;
    }

    // ---- rules ----

    /** Applies a rule on commands, keys or channels. */
    void apply(String rule) {
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "allkeys", "~*" -> setAllKeys(true);
            case "resetkeys" -> setAllKeys(false);
            case "allchannels", "&*" -> setAllChannels(true);
            case "resetchannels" -> setAllChannels(false);
            case "allcommands" -> commands.setAll(/* allows= */ true);
            case "nocommands" -> commands.setAll(/* allows= */ false);
            default -> applyPattern(rule);
        }
    }

    private void setAllKeys(boolean all) {
        keys.clear();
        allKeys = all;
    }

    private void setAllChannels(boolean all) {
        channels.clear();
        allChannels = all;
    }

    private void applyPattern(String rule) {
        char kind = rule.isEmpty() ? 0 : rule.charAt(0);
        if (kind == '~' || kind == '%') {
            addKeys(KeyPattern.parse(requireNoBlanks(rule)));
        } else if (kind == '&') {
            addChannels(requireNoBlanks(rule).substring(1));
        } else if (kind == '+' || kind == '-') {
            commands.apply(rule);
        } else {
            throw new AclException(AclException.SYNTAX);
        }
    }

    private static String requireNoBlanks(String rule) {
        if (rule.chars().anyMatch(c -> c == 0 || Character.isWhitespace(c))) {
            throw new AclException(AclException.SYNTAX);
        }
        return rule;
    }

    private void addKeys(KeyPattern added) {
        if (allKeys) {
            throw new AclException(String.format(AFTER_ALL, "allkeys", "resetkeys", "patterns"));
        }
        if (added.pattern().equals("*") && added.reads() && added.writes()) {
            setAllKeys(true);
            return;
        }
        for (int i = 0; i < keys.size(); i++) {
            KeyPattern old = keys.get(i);
            if (old.pattern().equals(added.pattern())) {
                boolean reads = old.reads() || added.reads();
                keys.set(i, new KeyPattern(old.pattern(), reads, old.writes() || added.writes()));
                return;
            }
        }
        keys.add(added);
    }

    private void addChannels(String pattern) {
        if (allChannels) {
            throw new AclException(String.format(AFTER_ALL, "allchannels", "resetchannels", "channels"));
        }
        if (!channels.contains(pattern)) {
            channels.add(pattern);
        }
    }

    // ---- checks ----

    /** Whether this selector allows everything. */
    boolean isUnrestricted() {
        return allKeys && allChannels && commands.allowsAll();
    }

    /** Returns why a command may not run; null if it may. */
    @Nullable
    Denial check(Command command, byte[][] arguments) {
        if (!commands.allows(command, arguments) && !command.is("no_auth")) {
            return new Denial(Denial.Reason.COMMAND, command.fullName());
        }
        if (command.is("every_key") && !readsAll()) {
            return new Denial(Denial.Reason.KEY, "*");
        }
        if (!allKeys) {
            for (KeySpecs.Key key : KeySpecs.keys(command, arguments)) {
                if (!allowsKey(key)) {
                    return new Denial(Denial.Reason.KEY, Ascii.text(key.name()));
                }
            }
        }
        return allChannels ? null : checkChannels(command, arguments);
    }

    private boolean allowsKey(KeySpecs.Key key) {
        return keys.stream()
                .filter(pattern -> (pattern.reads() || !key.reads()) && (pattern.writes() || !key.writes()))
                .anyMatch(pattern -> Globs.matches(pattern.bytes(), key.name()));
    }

    private @Nullable Denial checkChannels(Command command, byte[][] arguments) {
        int end = switch (command.name()) {
            case "PUBLISH", "SPUBLISH" -> 2;
            case "SUBSCRIBE", "SSUBSCRIBE", "PSUBSCRIBE" -> arguments.length;
            default -> 0;
        };
        for (int i = 1; i < end; i++) {
            if (!allowsChannel(arguments[i], command.name().equals("PSUBSCRIBE"))) {
                return new Denial(Denial.Reason.CHANNEL, Ascii.text(arguments[i]));
            }
        }
        return null;
    }

    /** Whether a channel is allowed. A pattern of channels is, if it is one of the patterns itself. */
    boolean allowsChannel(byte[] channel, boolean isPattern) {
        return allChannels
                || (isPattern
                        ? channels.contains(Ascii.text(channel))
                        : channels.stream().anyMatch(pattern -> Globs.matches(Ascii.bytes(pattern), channel)));
    }

    /** Whether a command may read any key, also one that only the value of another names. */
    boolean allowsReadingAll(Command command, byte[][] arguments) {
        return readsAll() && commands.allows(command, arguments);
    }

    private boolean readsAll() {
        return allKeys
                || keys.stream()
                        .anyMatch(
                                pattern -> pattern.reads() && pattern.pattern().equals("*"));
    }

    // ---- text ----

    String commandsText() {
        return commands.text();
    }

    String keysText() {
        return allKeys ? "~*" : keys.stream().map(KeyPattern::text).collect(Collectors.joining(" "));
    }

    String channelsText() {
        return allChannels ? "&*" : channels.stream().map(name -> "&" + name).collect(Collectors.joining(" "));
    }

    /** Returns all rules. */
    String text() {
        List<String> parts = new ArrayList<>();
        parts.add(keysText());
        parts.add(allChannels ? "" : "resetchannels");
        parts.add(channelsText());
        parts.add(commandsText());
        return parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(" "));
    }
}
