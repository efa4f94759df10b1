package org.nr4j.kv.internal.replica;

import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;

/** A read of the store. Runs on one replica, beside others. */
@FunctionalInterface
public interface Query {
    /** Answers, or says {@link StoreReplica#DUE}. */
    @Nullable
    Object answer(StoreReplica replica);

    /** Whether it may be tried while somebody writes: it looks for one key, and copies no more than a page has. See {@link org.nr4j.Dispatch#isOptimistic}. */
    default boolean isOptimistic() {
        return false;
    }

    /** The logs of the parts that it looks at: all, unless said otherwise. */
    default LogSet logs(int count) {
        return LogSet.all();
    }
}
