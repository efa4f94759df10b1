package org.nr4j.server.type;

/** The types of values. The ordinals are in the store, so the order must stay. */
public enum Type {
    STRING("string"),
    LIST("list"),
    HASH("hash"),
    SET("set"),
    SORTED_SET("zset"),
    STREAM("stream");

    private static final Type[] ALL = values();

    private final String text;

    Type(String text) {
        this.text = text;
    }

    /** Returns the name that the command TYPE answers. */
    public String text() {
        return text;
    }

    /** Returns the type of a value of metadata. */
    static Type of(byte[] value) {
        return ALL[value[0]];
    }
}
