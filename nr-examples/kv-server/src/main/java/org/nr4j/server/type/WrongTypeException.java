package org.nr4j.server.type;

/** A key has a value of another type than the command works on. */
public final class WrongTypeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Returns the exception for a value that a command cannot use. */
    public static WrongTypeException create() {
        return new WrongTypeException();
    }

    WrongTypeException() {
        super("WRONGTYPE Operation against a key holding the wrong kind of value", null, false, false);
    }
}
