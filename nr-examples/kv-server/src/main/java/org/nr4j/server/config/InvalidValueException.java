package org.nr4j.server.config;

/** Thrown for a value that a parameter cannot have. The message is the reason, as Redis words it. */
public final class InvalidValueException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String name;

    /**
     * Creates an exception.
     *
     * @param name the name of the parameter
     */
    public InvalidValueException(String name, String reason) {
        super(reason);
        this.name = name;
    }

    /** Returns the name of the parameter. */
    public String name() {
        return name;
    }
}
