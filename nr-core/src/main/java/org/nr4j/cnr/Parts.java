package org.nr4j.cnr;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The parts of a {@link Partitioned} structure that an operation may touch. Valid inside the operation only.
 *
 * @param <S> the structure that each part is
 */
public final class Parts<S> {
    private final List<S> parts;
    private final LogSet logs;

    Parts(List<S> parts, LogSet logs) {
        this.parts = parts;
        this.logs = logs;
    }

    /**
     * Returns the part that a key belongs to.
     *
     * @throws IllegalArgumentException if the operation was not submitted with a key of that part
     */
    public S of(Object key) {
        LogSet log = LogSet.ofHash(key.hashCode(), parts.size());
        if (!logs.contains(log.single())) {
            throw new IllegalArgumentException("an operation must touch the parts of its own keys only: key=" + key
                    + " part=" + log + " parts=" + logs + "; submit the operation with this key, or for all parts");
        }
        return parts.get(log.single());
    }

    /** Returns all parts that the operation may touch. Unmodifiable. */
    public List<S> all() {
        List<S> result = new ArrayList<>();
        for (int log : logs.logs(parts.size())) {
            result.add(parts.get(log));
        }
        return Collections.unmodifiableList(result);
    }
}
