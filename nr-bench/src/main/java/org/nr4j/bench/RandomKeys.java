package org.nr4j.bench;

import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Draws keys for one thread, each as likely as another. */
@State(Scope.Thread)
public class RandomKeys {
    private final SplittableRandom random =
            new SplittableRandom(Thread.currentThread().getId());

    /** Returns one of the keys. */
    public byte[] next(byte[][] keys) {
        return keys[random.nextInt(keys.length)];
    }

    /** Returns true in that many cases of a hundred. */
    public boolean nextPercent(int percent) {
        return random.nextInt(100) < percent;
    }
}
