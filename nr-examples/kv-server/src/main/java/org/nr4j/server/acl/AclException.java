package org.nr4j.server.acl;

/** A rule that cannot be applied. The message says why, in the words of Redis. */
public final class AclException extends RuntimeException {
    private static final long serialVersionUID = 1;

    static final String SYNTAX = "Syntax error";
    static final String UNKNOWN = "Unknown command or category name in ACL";

    AclException(String message) {
        super(message, null, false, false);
    }
}
