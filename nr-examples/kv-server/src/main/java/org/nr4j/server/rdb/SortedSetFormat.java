package org.nr4j.server.rdb;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.type.SortedSetData;
import org.nr4j.server.type.SortedSetData.Member;

/** Sorted sets: members and scores in turn. */
final class SortedSetFormat {
    /** A sorted set is packed into one string up to this number of members, if each is short. */
    private static final int MOST_PACKED = 128;

    /** Up to this score, integers are packed as such. */
    private static final double LARGEST_INTEGER = 0x1p62;

    private static final MathContext DIGITS = new MathContext(17, RoundingMode.HALF_EVEN);
    private static final int NOT_A_NUMBER = 253;
    private static final int INFINITE = 254;
    private static final int NEGATIVE_INFINITE = 255;

    private SortedSetFormat() {}

    static void write(RdbOutput out, SortedSetData set) {
        List<Member> members = set.members();
        boolean packed = members.size() <= MOST_PACKED
                && members.stream().allMatch(member -> member.name().length <= RdbType.LONGEST_PACKED);
        if (packed) {
            Listpack pack = new Listpack();
            for (Member member : members) {
                pack.add(member.name());
                pack.add(Ascii.bytes(text(member.score())));
            }
            out.type(RdbType.SORTED_SET_LISTPACK);
            out.string(pack.toByteArray());
            return;
        }
        out.type(RdbType.SORTED_SET);
        out.length(members.size());
        for (int i = members.size() - 1; i >= 0; i--) {
            out.string(members.get(i).name());
            out.number(members.get(i).score());
        }
    }

    /** Returns a score as Redis packs it: as an integer if it is a small one, else as C's {@code %.17g} does. */
    private static String text(double score) {
        if (Double.isInfinite(score)) {
            return Numbers.text(score);
        }
        if (Math.abs(score) <= LARGEST_INTEGER && score == Math.rint(score)) {
            return Long.toString((long) score);
        }
        return Numbers.general(new BigDecimal(score).round(DIGITS));
    }

    static RestoredValue read(int code, RdbInput in) {
        List<Member> members = new ArrayList<>();
        if (code == RdbType.SORTED_SET || code == RdbType.SORTED_SET_TEXT) {
            for (long left = in.length(); left > 0; left--) {
                byte[] name = in.string();
                members.add(new Member(name, code == RdbType.SORTED_SET ? in.number() : textNumber(in)));
            }
        } else {
            byte[] bytes = in.string();
            List<byte[]> strings = code == RdbType.SORTED_SET_LISTPACK ? Listpack.read(bytes) : Ziplist.read(bytes);
            for (int i = 0; i + 1 < strings.size(); i += 2) {
                members.add(new Member(strings.get(i), Numbers.parseDouble(strings.get(i + 1))));
            }
            if (strings.size() % 2 != 0) {
                throw RdbException.badData();
            }
        }
        SetFormat.requireDistinct(members.stream().map(Member::name).toList(), 1);
        if (members.stream().anyMatch(member -> Double.isNaN(member.score()))) {
            throw RdbException.badData();
        }
        return (keyspace, database, key) -> {
            SortedSetData set = new SortedSetData(keyspace, database, key);
            members.forEach(member -> set.put(member.name(), member.score()));
            set.save();
        };
    }

    /** Reads a score as versions before 4 wrote it: the length of a text, and the text. */
    private static double textNumber(RdbInput in) {
        int length = in.unsignedByte();
        return switch (length) {
            case NOT_A_NUMBER -> Double.NaN;
            case INFINITE -> Double.POSITIVE_INFINITY;
            case NEGATIVE_INFINITE -> Double.NEGATIVE_INFINITY;
            default -> Numbers.parseDouble(in.raw(length));
        };
    }
}
