package org.nr4j.server.command.nr4j;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The digest of a string: a text that differs between strings that differ. */
public final class ValueDigest {
    private ValueDigest() {}

    /** Returns the digest: SHA-256, in base64 for addresses. */
    public static String of(byte[] string) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(string);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must have SHA-256: " + e, e);
        }
    }
}
