package org.nr4j.examples.command;

/** The command line makes no sense. The message is one line: the rule, the value, the remedy. */
public final class BadOptionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BadOptionException(String message) {
        super(message);
    }
}
