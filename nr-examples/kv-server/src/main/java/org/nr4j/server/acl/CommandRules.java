package org.nr4j.server.acl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.table.Categories;
import org.nr4j.server.command.table.CommandTable;
import org.nr4j.server.protocol.Ascii;

/** The commands that a selector allows, and the rules that say so. */
final class CommandRules {
    private static final CommandTable TABLE = CommandTable.instance();

    private final Set<String> allowed = new HashSet<>();

    /** The first arguments, in lower case, that are allowed of commands that are not allowed otherwise. */
    private final Map<String, Set<String>> firstArguments = new HashMap<>();

    /** The rules after the first one, which allows all commands or none. */
    private final List<String> rules = new ArrayList<>();

    private boolean beginsWithAll;

    CommandRules copy() {
        CommandRules copy = new CommandRules();
        copy.allowed.addAll(allowed);
        firstArguments.forEach((name, words) -> copy.firstArguments.put(name, new TreeSet<>(words)));
        copy.rules.addAll(rules);
        copy.beginsWithAll = beginsWithAll;
        return copy;
    }

    // ---- rules ----

    void setAll(boolean allows) {
        allowed.clear();
        firstArguments.clear();
        rules.clear();
        beginsWithAll = allows;
        if (allows) {
            TABLE.all().forEach(command -> allowed.add(command.name()));
        }
    }

    /** Applies a rule such as {@code +get}, {@code -config|set}, {@code +@read} or {@code +select|0}. */
    void apply(String rule) {
        boolean allows = rule.charAt(0) == '+';
        String name = rule.substring(1);
        if (name.equalsIgnoreCase("@all")) {
            setAll(allows);
            return;
        }
        if (name.startsWith("@")) {
            applyToCategory(name.substring(1).toLowerCase(Locale.ROOT), allows);
        } else {
            Command command = TABLE.find(name);
            if (command != null) {
                set(command, allows);
            } else if (allows && name.indexOf('|') >= 0) {
                allowFirstArgument(name.toLowerCase(Locale.ROOT));
            } else {
                throw new AclException(AclException.UNKNOWN);
            }
        }
        note(rule.charAt(0) + name.toLowerCase(Locale.ROOT));
    }

    private void applyToCategory(String category, boolean allows) {
        if (!Categories.ALL.contains(category)) {
            throw new AclException(AclException.UNKNOWN);
        }
        for (Command command : TABLE.all()) {
            if (Categories.of(command).contains(category)) {
                set(command, allows);
            }
        }
    }

    private void set(Command command, boolean allows) {
        setOne(command, allows);
        TABLE.subcommandsOf(command).forEach(subcommand -> setOne(subcommand, allows));
    }

    private void setOne(Command command, boolean allows) {
        firstArguments.remove(command.name());
        if (allows) {
            allowed.add(command.name());
        } else {
            allowed.remove(command.name());
        }
    }

    private void allowFirstArgument(String name) {
        int bar = name.lastIndexOf('|');
        Command command = TABLE.find(name.substring(0, bar));
        if (command == null) {
            throw new AclException(AclException.UNKNOWN);
        }
        if (command.name().indexOf('|') >= 0) {
            throw new AclException("Allowing first-arg of a subcommand is not supported");
        }
        if (bar + 1 == name.length()) {
            throw new AclException(AclException.SYNTAX);
        }
        if (!TABLE.subcommandsOf(command).isEmpty()) {
            throw new AclException(AclException.UNKNOWN);
        }
        firstArguments.computeIfAbsent(command.name(), any -> new TreeSet<>()).add(name.substring(bar + 1));
    }

    /** Notes a rule in place of those for the same command, category or container. */
    private void note(String rule) {
        String name = rule.substring(1);
        rules.removeIf(old -> old.substring(1).equals(name) || old.substring(1).startsWith(name + "|"));
        rules.add(rule);
    }

    // ---- answers ----

    boolean allows(Command command, byte[][] arguments) {
        if (allowed.contains(command.name())) {
            return true;
        }
        Set<String> words = firstArguments.get(command.name());
        return words != null
                && arguments.length > 1
                && words.contains(Ascii.text(arguments[1]).toLowerCase(Locale.ROOT));
    }

    /** Whether no rule denies any command. */
    boolean allowsAll() {
        return beginsWithAll && rules.stream().noneMatch(rule -> rule.startsWith("-"));
    }

    String text() {
        StringBuilder text = new StringBuilder(beginsWithAll ? "+@all" : "-@all");
        rules.forEach(rule -> text.append(' ').append(rule));
        return text.toString();
    }
}
