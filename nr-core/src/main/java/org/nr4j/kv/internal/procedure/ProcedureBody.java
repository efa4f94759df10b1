package org.nr4j.kv.internal.procedure;

import org.jspecify.annotations.Nullable;

/** The code of a procedure. Each replica runs it for each write, on any thread. */
@FunctionalInterface
public interface ProcedureBody {
    /**
     * Runs the procedure and returns its answer.
     *
     * @param view a {@link WriteView} if the procedure writes
     * @param argument the encoded argument, which all replicas share; null for none
     */
    @Nullable
    Object run(ProcedureView view, byte @Nullable [] argument);
}
