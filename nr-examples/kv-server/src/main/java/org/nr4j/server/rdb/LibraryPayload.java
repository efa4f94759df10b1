package org.nr4j.server.rdb;

import java.util.ArrayList;
import java.util.List;

/** Libraries of functions as one string: for each a byte and its text, then the footer of any payload. */
public final class LibraryPayload {
    private static final int LIBRARY = 0xF5;

    private LibraryPayload() {}

    /** Returns the payload of some libraries. */
    public static byte[] write(List<byte[]> libraries) {
        RdbOutput out = new RdbOutput();
        for (byte[] code : libraries) {
            out.type(LIBRARY);
            out.string(code);
        }
        return Payload.sealed(out);
    }

    /**
     * Returns the libraries in a payload.
     *
     * @throws RdbException if it is damaged
     */
    public static List<byte[]> read(byte[] payload) {
        RdbInput in = Payload.content(payload);
        List<byte[]> libraries = new ArrayList<>();
        while (!in.isAtEnd()) {
            if (in.unsignedByte() != LIBRARY) {
                throw new RdbException("given type is not a function");
            }
            libraries.add(text(in));
        }
        return libraries;
    }

    private static byte[] text(RdbInput in) {
        try {
            return in.string();
        } catch (RdbException e) {
            throw new RdbException("failed loading the given functions payload");
        }
    }
}
