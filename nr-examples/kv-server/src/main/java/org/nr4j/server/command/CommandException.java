package org.nr4j.server.command;

/** A command that answers an error. It must be thrown before the command has changed anything. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public static final String SYNTAX = "ERR syntax error";
    public static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    public static final String NOT_A_FLOAT = "ERR value is not a valid float";
    public static final String NO_SUCH_KEY = "ERR no such key";
    public static final String OVERFLOW = "ERR increment or decrement would overflow";

    /** Creates an exception without a stack trace. The text begins with its code, such as {@code ERR}. */
    public CommandException(String text) {
        super(text, null, false, false);
    }

    public static CommandException syntax() {
        return new CommandException(SYNTAX);
    }
}
