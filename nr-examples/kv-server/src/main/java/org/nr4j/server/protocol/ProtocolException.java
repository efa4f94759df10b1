package org.nr4j.server.protocol;

/** A request that breaks the protocol. The server sends the message, and closes the connection. */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Creates an exception without a stack trace, since its cause is in the client. */
    public ProtocolException(String message) {
        super(message, null, false, false);
    }
}
