package org.nr4j.server.acl;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes of passwords. */
final class Passwords {
    private static final int HASH_LENGTH = 64;

    private Passwords() {}

    /** Returns the SHA-256 hash of a password, in hexadecimal. */
    static String hash(byte[] password) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(password));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java platform has SHA-256; use another JDK", e);
        }
    }

    /** Returns a hash that a rule has. */
    static String requireHash(String text) {
        if (text.length() != HASH_LENGTH || !text.matches("[0-9a-f]*")) {
            throw new AclException("The password hash must be exactly 64 characters and contain only lowercase "
                    + "hexadecimal characters");
        }
        return text;
    }

    /** Whether two hashes are equal. Takes the same time wherever they differ. */
    static boolean areEqual(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.US_ASCII), b.getBytes(StandardCharsets.US_ASCII));
    }
}
