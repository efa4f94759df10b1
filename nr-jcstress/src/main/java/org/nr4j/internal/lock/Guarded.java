package org.nr4j.internal.lock;

import java.util.Arrays;

/**
 * Plain data that a lock is to protect. Whoever reads it beside its writer, or without seeing all that was written,
 * finds it torn.
 */
public final class Guarded {
    /** What {@link #read} returns when it found some words written and some not. */
    public static final int TORN = 2;

    private final int[] words = new int[32];

    /** Changes all words from 0 to 1. */
    public void write() {
        Arrays.fill(words, 1);
    }

    /** 0 before the write, 1 after it, {@link #TORN} in between. */
    public int read() {
        int sum = 0;
        for (int word : words) {
            sum += word;
        }
        return sum == 0 ? 0 : sum == words.length ? 1 : TORN;
    }
}
