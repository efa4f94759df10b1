package org.nr4j;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Replicas that have applied the same writes do not have the same contents. Thrown by {@link NodeReplicated#verify}. The usual cause is a {@code dispatchMut} that is not deterministic: it reads a clock, draws a
 * random number, depends on identity hash codes or on an iteration order that does, or changes an operation.
 */
public final class ReplicasDifferException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final long index;
    private final transient Map<Integer, @Nullable Object> digests;
    private final transient List<Integer> differing;

    /**
     * @param index how many writes the replicas had applied
     * @param digests for each replica, by its number, what the function made of it
     */
    public ReplicasDifferException(long index, Map<Integer, @Nullable Object> digests) {
        super(message(index, digests));
        this.index = index;
        this.digests = Collections.unmodifiableMap(new LinkedHashMap<>(digests));
        this.differing = differing(digests);
    }

    /** How many writes the replicas had applied. */
    public long index() {
        return index;
    }

    /** For each replica, by its number, what the function made of it. */
    public Map<Integer, @Nullable Object> digests() {
        return digests;
    }

    /** The numbers of the replicas that differ from most; from the first one where there is no majority. */
    public List<Integer> differing() {
        return differing;
    }

    private static String message(long index, Map<Integer, @Nullable Object> digests) {
        return "replicas that have applied the same writes must be equal: differing=" + differing(digests)
                + " digests=" + digests + " index=" + index
                + "; make dispatchMut deterministic: no clock, no random numbers, no identity hash codes, and operations that nobody changes";
    }

    private static List<Integer> differing(Map<Integer, @Nullable Object> digests) {
        Object usual = usual(digests);
        return digests.entrySet().stream()
                .filter(entry -> !Objects.equals(entry.getValue(), usual))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableList());
    }

    /** The digest that most replicas have; among equals, that of the lowest number. */
    private static @Nullable Object usual(Map<Integer, @Nullable Object> digests) {
        Object usual = null;
        long most = 0;
        for (Object digest : digests.values()) {
            long count = digests.values().stream()
                    .filter(other -> Objects.equals(other, digest))
                    .count();
            if (count > most) {
                usual = digest;
                most = count;
            }
        }
        return usual;
    }
}
