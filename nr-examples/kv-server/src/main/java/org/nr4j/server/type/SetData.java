package org.nr4j.server.type;

import java.util.List;

/** A set: an entry for each member, whose name is the member. */
public final class SetData extends Collection {
    private static final byte[] EMPTY = {};

    /** Reads the set of a key. */
    public SetData(Keyspace keyspace, int database, byte[] key) {
        super(keyspace, database, key, Type.SET);
    }

    /** Whether a member is in the set. */
    public boolean contains(byte[] member) {
        return hasElement(member);
    }

    /** Adds a member. Returns whether it is new. */
    public boolean add(byte[] member) {
        if (hasElement(member)) {
            return false;
        }
        putElement(member, EMPTY);
        metadata.count++;
        return true;
    }

    /** Removes a member. Returns whether it was there. */
    public boolean remove(byte[] member) {
        boolean removed = removeElement(member);
        metadata.count -= removed ? 1 : 0;
        return removed;
    }

    /** Returns all members, in order. */
    public List<byte[]> members() {
        return members(EMPTY, Integer.MAX_VALUE);
    }

    /** Returns up to {@code limit} members from one on, in order. */
    public List<byte[]> members(byte[] from, int limit) {
        return names(elements(EMPTY, from, limit));
    }

    /** Returns the member of a rank in the order of members. */
    public byte[] memberAt(long rank) {
        return nameAt(EMPTY, rank);
    }

    /** Returns how many members are less than one. */
    public long rank(byte[] member) {
        return keyspace.reads().rank(elementKey(member)) - keyspace.reads().rank(elementKey(EMPTY));
    }
}
