package org.nr4j.server.type;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.ScanOrder;

/**
 * A sorted set: two entries for each member. One has the member as its name and the score as its value. The other has
 * score and member as its name, in the order of the sorted set.
 */
public final class SortedSetData extends Collection {
    private static final byte[] BY_MEMBER = {'m'};
    private static final byte[] BY_SCORE = {'s'};
    private static final byte[] EMPTY = {};
    private static final int SCORE_END = 1 + Long.BYTES;

    /** Reads the sorted set of a key. */
    public SortedSetData(Keyspace keyspace, int database, byte[] key) {
        super(keyspace, database, key, Type.SORTED_SET);
    }

    /** A member and its score. */
    public record Member(byte[] name, double score) {}

    /**
     * A bound between members: all members of lower rank are before it.
     *
     * @param name the name of the element in the order of scores
     */
    public record Bound(byte[] name) {
        /** Returns the bound before all members of a score. */
        public static Bound before(double score) {
            return new Bound(scoreName(score, EMPTY));
        }

        /** Returns the bound after all members of a score. */
        public static Bound after(double score) {
            return new Bound(KeyRanges.endOfPrefix(scoreName(score, EMPTY)));
        }

        /** Returns the bound before a member of a score. */
        public static Bound before(double score, byte[] member) {
            return new Bound(scoreName(score, member));
        }

        /** Returns the bound after a member of a score. */
        public static Bound after(double score, byte[] member) {
            return new Bound(KeyRanges.after(scoreName(score, member)));
        }
    }

    // ---- encoding ----

    private static byte[] scoreName(double score, byte[] member) {
        long bits = Double.doubleToLongBits(score + 0.0); // -0.0 becomes 0.0
        long ordered = bits < 0 ? ~bits : bits ^ Long.MIN_VALUE;
        return ByteBuffer.allocate(SCORE_END + member.length)
                .put(BY_SCORE)
                .putLong(ordered)
                .put(member)
                .array();
    }

    private static byte[] memberName(byte[] member) {
        byte[] name = new byte[1 + member.length];
        name[0] = BY_MEMBER[0];
        System.arraycopy(member, 0, name, 1, member.length);
        return name;
    }

    private static Member member(byte[] scoreName) {
        long ordered = ByteBuffer.wrap(scoreName).getLong(1);
        long bits = ordered < 0 ? ordered ^ Long.MIN_VALUE : ~ordered;
        byte[] member = Arrays.copyOfRange(scoreName, SCORE_END, scoreName.length);
        return new Member(member, Double.longBitsToDouble(bits));
    }

    // ---- members ----

    /** Returns the score of a member, or null. */
    public @Nullable Double score(byte[] member) {
        byte[] value = element(memberName(member));
        return value == null ? null : ByteBuffer.wrap(value).getDouble();
    }

    /** Sets the score of a member. */
    public void put(byte[] member, double score) {
        put(member, score(member), score);
    }

    /** As the other method of this name, for a caller that knows the score before; null if the member is new. */
    public void put(byte[] member, @Nullable Double before, double score) {
        // Next to the search for the score before, since the store then has the place at hand.
        putElement(
                memberName(member),
                ByteBuffer.allocate(Double.BYTES).putDouble(score + 0.0).array());
        if (before != null) {
            removeElement(scoreName(before, member));
        }
        putElement(scoreName(score, member), EMPTY);
        metadata.count += before == null ? 1 : 0;
    }

    /** Removes a member. Returns whether it was there. */
    public boolean remove(byte[] member) {
        Double before = score(member);
        if (before == null) {
            return false;
        }
        removeElement(memberName(member));
        removeElement(scoreName(before, member));
        metadata.count--;
        return true;
    }

    // ---- order ----

    /** Returns how many members are before a bound. */
    public long rank(Bound bound) {
        if (isEmpty()) {
            return 0;
        }
        long base = keyspace.reads().rank(elementKey(BY_SCORE));
        return keyspace.reads().rank(elementKey(bound.name)) - base;
    }

    /** Returns the members of ranks from one on, up to another, both inclusive; the highest first if descending. */
    public List<Member> range(long start, long stop, boolean descending) {
        if (isEmpty() || start > stop) {
            return List.of();
        }
        byte[] edge = elementKey(nameAt(BY_SCORE, descending ? stop : start));
        KeyRange range = descending
                ? KeyRange.atLeast(elementKey(BY_SCORE)).atMost(edge)
                : KeyRange.atLeast(edge).below(KeyRanges.endOfPrefix(elementKey(BY_SCORE)));
        ScanOrder order = descending ? ScanOrder.DESCENDING : ScanOrder.ASCENDING;
        int limit = (int) Math.min(Integer.MAX_VALUE, stop - start + 1);
        List<Member> members = new ArrayList<>();
        for (Entry entry : keyspace.reads().scan(range, order, limit)) {
            members.add(member(KeyLayout.name(entry.key())));
        }
        return members;
    }

    /** Returns all members, in order. */
    public List<Member> members() {
        return range(0, size() - 1, /* descending= */ false);
    }

    /** Returns the member of a rank. */
    public Member memberAt(long rank) {
        return member(nameAt(BY_SCORE, rank));
    }

    // ---- the order of names ----

    /** Returns up to {@code limit} members, in the order of their names, from one on. */
    public List<Member> byName(byte[] from, int limit) {
        List<Member> members = new ArrayList<>();
        for (Entry entry : elements(BY_MEMBER, memberName(from), limit)) {
            byte[] name = KeyLayout.name(entry.key());
            double score = ByteBuffer.wrap(entry.value()).getDouble();
            members.add(new Member(Arrays.copyOfRange(name, 1, name.length), score));
        }
        return members;
    }

    /** Returns the member that has a rank in the order of names. */
    public byte[] memberByNameAt(long rank) {
        byte[] name = nameAt(BY_MEMBER, rank);
        return Arrays.copyOfRange(name, 1, name.length);
    }

    /** Returns how many members have a lower name. */
    public long nameRank(byte[] member) {
        long base = keyspace.reads().rank(elementKey(BY_MEMBER));
        return keyspace.reads().rank(elementKey(memberName(member))) - base;
    }
}
