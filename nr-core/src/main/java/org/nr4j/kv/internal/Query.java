package org.nr4j.kv.internal;

import org.jspecify.annotations.Nullable;

/** A read of the store. Runs on one replica, beside others. */
@FunctionalInterface
public interface Query {
    /** Answers, or says {@link StoreReplica#DUE}. */
    @Nullable
    Object answer(StoreReplica replica);
}
