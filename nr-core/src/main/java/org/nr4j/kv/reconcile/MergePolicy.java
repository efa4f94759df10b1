package org.nr4j.kv.reconcile;

/**
 * Decides which of two entries of a key a store keeps. Any thread may call a policy, also several times for one pair
 * of entries. It must not write to a store.
 *
 * <p>Two stores that exchange entries converge only if both use the same policy, and the policy is a total order: of
 * two different entries of a key, it prefers the same one whichever is local.
 */
@FunctionalInterface
public interface MergePolicy {
    /** Whether the remote entry replaces the local entry. Both have the same key. */
    boolean replaces(EntryHead local, EntryHead remote);

    /** Returns a policy that keeps the local entry. It adds missing entries only. */
    static MergePolicy keepLocal() {
        return (local, remote) -> false;
    }

    /** Returns a policy that takes the remote entry. */
    static MergePolicy takeRemote() {
        return (local, remote) -> true;
    }

    /**
     * Returns a policy that keeps the entry whose value starts with the greater bytes, compared as unsigned bytes. Use
     * it for values that start with a stamp, such as a time and the number of a node, with the highest byte first.
     *
     * @param bytes the length of the stamp, in bytes
     * @throws IllegalArgumentException if {@code bytes} is not from 1 to {@link EntryHead#BYTES}
     */
    static MergePolicy greatestStart(int bytes) {
        if (bytes < 1 || bytes > EntryHead.BYTES) {
            throw new IllegalArgumentException("a stamp must have from 1 to " + EntryHead.BYTES + " bytes: bytes="
                    + bytes + "; shorten the stamp");
        }
        return (local, remote) -> remote.compareStart(local, bytes) > 0;
    }
}
