package org.nr4j.server.rdb;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.type.SetData;

/** Sets. Up to 512 integers are an array of them: bytes of each (4), how many (4), integers in order. */
final class SetFormat {
    private static final int MOST_INTEGERS = 512;

    private SetFormat() {}

    static void write(RdbOutput out, SetData set) {
        List<byte[]> members = set.members();
        if (members.size() <= MOST_INTEGERS && members.stream().allMatch(Numbers::isLong)) {
            out.type(RdbType.SET_INTEGERS);
            out.string(integers(members));
            return;
        }
        out.type(RdbType.SET);
        out.length(members.size());
        members.forEach(out::string);
    }

    private static byte[] integers(List<byte[]> members) {
        long[] sorted = members.stream().mapToLong(Numbers::parseLong).sorted().toArray();
        int width = Math.max(width(sorted[0]), width(sorted[sorted.length - 1]));
        RdbOutput out = new RdbOutput();
        out.integer(width, Integer.BYTES);
        out.integer(sorted.length, Integer.BYTES);
        for (long member : sorted) {
            out.integer(member, width);
        }
        return out.toByteArray();
    }

    private static int width(long member) {
        if (member == (short) member) {
            return Short.BYTES;
        }
        return member == (int) member ? Integer.BYTES : Long.BYTES;
    }

    static RestoredValue read(int code, RdbInput in) {
        List<byte[]> members = code == RdbType.SET_INTEGERS ? readIntegers(in.string()) : readStrings(in);
        requireDistinct(members, 1);
        return (keyspace, database, key) -> {
            SetData set = new SetData(keyspace, database, key);
            members.forEach(set::add);
            set.save();
        };
    }

    private static List<byte[]> readStrings(RdbInput in) {
        List<byte[]> members = new ArrayList<>();
        for (long left = in.length(); left > 0; left--) {
            members.add(in.string());
        }
        return members;
    }

    private static List<byte[]> readIntegers(byte[] bytes) {
        RdbInput in = new RdbInput(bytes, 0, bytes.length);
        long width = in.unsigned(Integer.BYTES);
        long count = in.unsigned(Integer.BYTES);
        boolean valid = width == Short.BYTES || width == Integer.BYTES || width == Long.BYTES;
        if (!valid || in.remaining() != width * count) {
            throw RdbException.badData();
        }
        List<byte[]> members = new ArrayList<>();
        while (!in.isAtEnd()) {
            members.add(Numbers.bytes(in.signed((int) width)));
        }
        return members;
    }

    /** Requires that there are strings, and that every so many-th one is different from the others. */
    static void requireDistinct(List<byte[]> strings, int step) {
        Set<ByteBuffer> seen = new HashSet<>();
        boolean valid = !strings.isEmpty() && strings.size() % step == 0;
        for (int i = 0; valid && i < strings.size(); i += step) {
            valid = seen.add(ByteBuffer.wrap(strings.get(i)));
        }
        if (!valid) {
            throw RdbException.badData();
        }
    }
}
