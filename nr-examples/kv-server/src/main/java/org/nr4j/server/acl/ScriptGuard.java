package org.nr4j.server.acl;

import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.Guard;

/**
 * The rights of the user who has started a script. The log has them as text, so each replica allows the script the same
 * commands, whatever has happened to the user meanwhile.
 */
public final class ScriptGuard implements Guard {
    private final Rights rights;

    private ScriptGuard(Rights rights) {
        this.rights = rights;
    }

    /** Returns the rules of a user, without those on the login. */
    public static String rules(User user) {
        return user.rights().permissionsText();
    }

    /** Reads such rules. */
    public static ScriptGuard of(String rules) {
        Rights rights = new Rights();
        Acl.joined(Acl.words(rules)).forEach(rights::apply);
        return new ScriptGuard(rights);
    }

    @Override
    public @Nullable String problem(Command command, byte[][] arguments) {
        Denial denial = rights.check(command, arguments);
        if (denial == null) {
            return null;
        }
        return "The user executing the script can't "
                + switch (denial.reason()) {
                    case KEY -> "access at least one of the keys mentioned in the command arguments";
                    case CHANNEL -> "publish to the channel mentioned in the command";
                    default -> "run this command or subcommand";
                };
    }
}
