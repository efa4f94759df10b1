package org.nr4j.cnr;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The parts of a {@link Partitioned} structure that an operation deals with. For use inside the operation only.
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
     * The part that a key belongs to.
     *
     * @throws IllegalArgumentException if it is not one of the operation's: the operation was given other keys
     */
    public S of(Object key) {
        LogSet log = LogSet.ofHash(key.hashCode(), parts.size());
        if (!logs.contains(log.single())) {
            throw new IllegalArgumentException("an operation must touch the parts of its keys only: key=" + key
                    + " part=" + log + " parts=" + logs + "; give it this key, too, or make it one of all parts");
        }
        return parts.get(log.single());
    }

    /** All of the operation's parts; those of an operation of all are the whole structure. Unmodifiable. */
    public List<S> all() {
        List<S> result = new ArrayList<>();
        for (int log : logs.logs(parts.size())) {
            result.add(parts.get(log));
        }
        return Collections.unmodifiableList(result);
    }
}
