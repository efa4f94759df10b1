package org.nr4j.kv.internal.replica;

import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;

/** A read of the store. Runs on one replica, beside other reads. */
@FunctionalInterface
public interface Query {
    /** Answers, or answers {@link StoreReplica#DUE}. */
    @Nullable
    Object answer(StoreReplica replica);

    /**
     * Whether the read may run beside a write. Such a read looks for one key, and copies at most a page. See
     * {@link org.nr4j.Dispatch#isOptimistic}.
     */
    default boolean isOptimistic() {
        return false;
    }

    /** The logs of the parts that the read looks at; by default all. */
    default LogSet logs(int count) {
        return LogSet.all();
    }
}
