package org.nr4j;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link NodeReplicated#verify} if replicas that have applied the same writes have different contents.
 *
 * <p>The usual cause is a {@code dispatchMut} that is not deterministic:
 *
 * <ul>
 *   <li>It reads a clock or draws a random number.
 *   <li>It depends on identity hash codes, or on an iteration order that depends on them.
 *   <li>It changes an operation.
 * </ul>
 */
public final class ReplicasDifferException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final long index;
    private final transient Map<Integer, @Nullable Object> digests;
    private final transient List<Integer> differing;

    /**
     * Creates the exception.
     *
     * @param index how many writes the replicas had applied
     * @param digests the digest of each replica, by its number
     */
    public ReplicasDifferException(long index, Map<Integer, @Nullable Object> digests) {
        super(message(index, digests));
        this.index = index;
        this.digests = Collections.unmodifiableMap(new LinkedHashMap<>(digests));
        this.differing = differing(digests);
    }

    /** Returns how many writes the replicas had applied. */
    public long index() {
        return index;
    }

    /** Returns the digest of each replica, by its number. */
    public Map<Integer, @Nullable Object> digests() {
        return digests;
    }

    /**
     * Returns the numbers of the replicas whose digest is not the most frequent one. Of digests that are equally
     * frequent, that of the lowest number counts.
     */
    public List<Integer> differing() {
        return differing;
    }

    private static String message(long index, Map<Integer, @Nullable Object> digests) {
        return "replicas that have applied the same writes must be equal: differing=" + differing(digests)
                + " digests=" + digests + " index=" + index
                + "; make dispatchMut deterministic: no clock, no random numbers, no identity hash codes,"
                + " immutable operations";
    }

    private static List<Integer> differing(Map<Integer, @Nullable Object> digests) {
        Object usual = usual(digests);
        return digests.entrySet().stream()
                .filter(entry -> !Objects.equals(entry.getValue(), usual))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableList());
    }

    /** Returns the most frequent digest. Of digests that are equally frequent, returns that of the lowest number. */
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
