package org.nr4j.kv.internal;

import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;

/** A read of the store. Runs on one replica, beside others. */
@FunctionalInterface
public interface Query {
    /** Answers, or says {@link StoreReplica#DUE}. */
    @Nullable
    Object answer(StoreReplica replica);

    /** The logs of the parts that it looks at: all, unless said otherwise. */
    default LogSet logs(int count) {
        return LogSet.all();
    }
}
