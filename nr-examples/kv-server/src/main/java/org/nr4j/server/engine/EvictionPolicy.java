package org.nr4j.server.engine;

import java.util.Locale;

/** Which keys the server removes when its memory is short. */
public enum EvictionPolicy {
    NOEVICTION,
    ALLKEYS_LRU,
    ALLKEYS_RANDOM,
    VOLATILE_LRU,
    VOLATILE_RANDOM,
    VOLATILE_TTL;

    /** Returns the policy of a parameter's value. */
    public static EvictionPolicy of(String value) {
        return valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Whether the policy needs to know when keys were used. */
    public boolean needsAccessTimes() {
        return this == ALLKEYS_LRU || this == VOLATILE_LRU;
    }

    /** Whether the policy removes only keys that expire. */
    boolean isVolatile() {
        return this == VOLATILE_LRU || this == VOLATILE_RANDOM || this == VOLATILE_TTL;
    }
}
