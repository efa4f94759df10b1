package org.nr4j.server.acl;

import org.nr4j.server.protocol.Ascii;

/** Keys that a selector allows: those that match a pattern, for reading, for writing, or for both. */
record KeyPattern(String pattern, boolean reads, boolean writes) {
    /** Reads a rule such as {@code ~a*} or {@code %R~a*}. */
    static KeyPattern parse(String rule) {
        int tilde = rule.indexOf('~');
        if (rule.startsWith("~")) {
            return new KeyPattern(rule.substring(1), /* reads= */ true, /* writes= */ true);
        }
        String kinds = tilde < 0 ? "" : rule.substring(1, tilde);
        if (!kinds.matches("[RWrw]+")) {
            throw new AclException(AclException.SYNTAX);
        }
        return new KeyPattern(
                rule.substring(tilde + 1),
                kinds.indexOf('R') >= 0 || kinds.indexOf('r') >= 0,
                kinds.indexOf('W') >= 0 || kinds.indexOf('w') >= 0);
    }

    byte[] bytes() {
        return Ascii.bytes(pattern);
    }

    /** Returns the rule. */
    String text() {
        return (reads && writes ? "~" : reads ? "%R~" : "%W~") + pattern;
    }
}
