package org.nr4j.examples.demo;

/** The command line makes no sense. The message is one line: the rule, the value, the remedy. */
final class BadOptionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadOptionException(String message) {
        super(message);
    }
}
