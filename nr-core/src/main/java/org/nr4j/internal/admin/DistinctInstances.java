package org.nr4j.internal.admin;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A supplier of structures for replicas. It refuses null, and an instance that it has returned before. One thread at a
 * time may use it.
 */
public final class DistinctInstances<S> implements Supplier<S> {
    private final Supplier<? extends @Nullable S> supplier;
    private final Set<Object> given = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Creates a supplier of the structures that {@code supplier} builds. */
    public DistinctInstances(Supplier<? extends @Nullable S> supplier) {
        this.supplier = supplier;
    }

    @Override
    public S get() {
        S structure = supplier.get();
        if (structure == null) {
            throw new IllegalArgumentException("the supplier must build a structure each time: replica=" + given.size()
                    + " structure=null; return a new instance");
        }
        if (!given.add(structure)) {
            throw new IllegalArgumentException(
                    "the supplier must build a new structure each time: replica=" + given.size()
                            + " got the instance of an earlier replica; return a new instance, not a shared one");
        }
        return structure;
    }
}
