package org.nr4j.topology;

import java.util.Objects;

/**
 * What the placement of threads on nodes really obtained. Never an error: without placement everything works, only slower. Immutable, for
 * use by any thread.
 *
 * @param outcome what was obtained
 * @param reason one line for people, saying why
 */
public record Placement(Outcome outcome, String reason) {

    /** What was obtained. */
    public enum Outcome {
        /** There is one node, or the topology is simulated: threads are left alone, and no native code is loaded. */
        NOT_NEEDED,
        /** Threads will be placed when one is asked for; none was so far. */
        NOT_TRIED,
        /** Each thread that was to be placed runs on its node only. */
        PINNED,
        /** At least one thread could not be placed, because the cpus of its node are not this process's to use. */
        NOT_PERMITTED,
        /**
         * The nodes could not be found, or at least one thread could not be placed, because this platform or the native library cannot do
         * it.
         */
        UNSUPPORTED
    }

    /** Checks that both components are there. */
    public Placement {
        Objects.requireNonNull(outcome, "outcome must not be null");
        Objects.requireNonNull(reason, "reason must not be null");
    }

    /** For example {@code PINNED: each thread runs on the cpus of its node}. */
    @Override
    public String toString() {
        return outcome + ": " + reason;
    }
}
