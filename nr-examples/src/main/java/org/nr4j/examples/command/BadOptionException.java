package org.nr4j.examples.command;

/** Thrown for a wrong command line. The message is one line: the rule, the value, and the remedy. */
public final class BadOptionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BadOptionException(String message) {
        super(message);
    }
}
