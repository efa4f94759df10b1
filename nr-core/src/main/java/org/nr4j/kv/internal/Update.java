package org.nr4j.kv.internal;

import org.jspecify.annotations.Nullable;

/** A write of the store, as it is in the log: checked, its arrays its own, its time and hash with it. Immutable; applied once on each replica, and does the same on each. Throws before it changes anything. */
public interface Update {
    /** Changes a replica and answers. */
    @Nullable
    Object applyTo(StoreReplica replica);
}
