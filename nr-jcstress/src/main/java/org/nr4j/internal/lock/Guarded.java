package org.nr4j.internal.lock;

import java.util.Arrays;

/**
 * Plain data that a lock protects. A thread that reads it beside its writer, or without seeing all writes, finds it
 * torn.
 */
public final class Guarded {
    /** What {@link #read} returns if only some words are written. */
    public static final int TORN = 2;

    private final int[] words = new int[32];

    /** Changes all words from 0 to 1. */
    public void write() {
        Arrays.fill(words, 1);
    }

    /** Returns 0 before the write, 1 after it, and {@link #TORN} in between. */
    public int read() {
        int sum = 0;
        for (int word : words) {
            sum += word;
        }
        return sum == 0 ? 0 : sum == words.length ? 1 : TORN;
    }
}
