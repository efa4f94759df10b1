package org.nr4j.server.type;

/** The types of values. The codes are in the store, so they must stay. */
public enum Type {
    STRING(0, "string"),
    LIST(1, "list"),
    HASH(2, "hash"),
    SET(3, "set"),
    SORTED_SET(4, "zset"),
    STREAM(5, "stream");

    private static final Type[] BY_CODE = {STRING, LIST, HASH, SET, SORTED_SET, STREAM};

    private final byte code;
    private final String text;

    Type(int code, String text) {
        this.code = (byte) code;
        this.text = text;
    }

    /** Returns the first byte of the values of this type in the store. */
    public byte code() {
        return code;
    }

    /** Returns the name that the command TYPE answers. */
    public String text() {
        return text;
    }

    /** Returns the type of a value of metadata. */
    static Type of(byte[] value) {
        return BY_CODE[value[0]];
    }
}
