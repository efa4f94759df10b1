package org.nr4j.server.acl;

import java.util.Locale;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.CommandException;

/**
 * Why a user may not run a command.
 *
 * @param object the command, the key or the channel that is denied
 */
public record Denial(Reason reason, String object) {
    /** What is denied. A later reason is further on in the check of a command. */
    public enum Reason {
        COMMAND,
        KEY,
        CHANNEL,
        AUTH;

        /** Returns the reason as the log has it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns the error for a client. */
    public CommandException error(Command command) {
        return new CommandException("NOPERM "
                + switch (reason) {
                    case KEY -> "this user has no permissions to access one of the keys used as arguments";
                    case CHANNEL -> "this user has no permissions to access one of the channels used as arguments";
                    default -> "this user has no permissions to run the '" + command.fullName() + "' command";
                });
    }

    /** Returns what ACL DRYRUN answers. */
    public String dryRunText(Command command) {
        return switch (reason) {
            case KEY -> "This user has no permissions to access the '" + object + "' key";
            case CHANNEL -> "This user has no permissions to access the '" + object + "' channel";
            default -> "This user has no permissions to run the '" + command.fullName() + "' command";
        };
    }
}
