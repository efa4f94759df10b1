package org.nr4j.topology;

import java.util.Objects;

/**
 * The result of placing threads on nodes. No outcome is an error: without placement, everything works, but more slowly.
 * A placement is immutable. Any thread may use it.
 *
 * @param outcome the kind of result
 * @param reason one line for people that says why
 */
public record Placement(Outcome outcome, String reason) {

    /** The kind of result. */
    public enum Outcome {
        /** There is one node, or the topology is simulated. No thread is bound, and no native code is loaded. */
        NOT_NEEDED,
        /** So far, no thread had to be placed. */
        NOT_TRIED,
        /** Each placed thread runs on its node only. */
        PINNED,
        /** At least one thread could not be placed, because this process may not use the cpus of its node. */
        NOT_PERMITTED,
        /**
         * The nodes could not be found, or at least one thread could not be placed. The platform cannot do it, or
         * net.openhft:affinity, an optional library, is absent or does not work.
         */
        UNSUPPORTED
    }

    /** Checks that no component is null. */
    public Placement {
        Objects.requireNonNull(outcome, "outcome must not be null");
        Objects.requireNonNull(reason, "reason must not be null");
    }

    /** Returns one line for people, such as {@code PINNED: each placed thread runs on the cpus of its node only}. */
    @Override
    public String toString() {
        return outcome + ": " + reason;
    }
}
