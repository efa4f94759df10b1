package org.nr4j.server.script.library;

import java.util.List;

/** What scripts can set of {@code cjson}. A choice is its index. */
final class JsonSettings {
    static final List<String> OFF_ON = List.of("off", "on");
    static final List<String> OFF_ON_NULL = List.of("off", "on", "null");

    /** Deeper nesting is refused whatever the settings, since it could use up the stack of the thread. */
    static final int DEEPEST = 128;

    int encodeDepth;
    int decodeDepth;
    int precision;
    int keepBuffer;
    int encodeInvalid;
    int decodeInvalid;
    int convertSparse;
    int sparseRatio;
    int sparseSafe;

    JsonSettings() {
        reset();
    }

    void reset() {
        encodeDepth = 1_000;
        decodeDepth = 1_000;
        precision = 14;
        keepBuffer = 1;
        encodeInvalid = 0;
        decodeInvalid = 1;
        convertSparse = 0;
        sparseRatio = 2;
        sparseSafe = 10;
    }
}
