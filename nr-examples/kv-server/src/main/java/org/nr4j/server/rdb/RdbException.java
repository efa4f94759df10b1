package org.nr4j.server.rdb;

/** A value that cannot be written, or bytes that are no value. The message is that of the command's error. */
public final class RdbException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RdbException(String message) {
        super(message, null, false, false);
    }

    static RdbException badData() {
        return new RdbException("Bad data format");
    }
}
