package org.nr4j.server.protocol;

/**
 * A reply that is an error.
 *
 * @param message the message, which begins with the error's code
 */
public record ReplyError(String message) {
    /** Returns the code: the first word of the message. */
    public String code() {
        int end = message.indexOf(' ');
        return end < 0 ? message : message.substring(0, end);
    }
}
