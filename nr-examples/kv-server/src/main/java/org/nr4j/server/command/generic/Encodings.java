package org.nr4j.server.command.generic;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.type.HashData;
import org.nr4j.server.type.Keyspace;
import org.nr4j.server.type.ListData;
import org.nr4j.server.type.SetData;
import org.nr4j.server.type.SortedSetData;
import org.nr4j.server.type.Type;

/** The names of the encodings that Redis would choose for a value. The store has only one encoding a type. */
public final class Encodings {
    private static final int LONGEST_EMBEDDED = 44;
    private static final int LONGEST_PACKED = 64;
    private static final int MOST_PACKED = 128;
    private static final int MOST_PACKED_FIELDS = 512;
    private static final int MOST_INTEGERS = 512;
    private static final int PACKED_LIST_BYTES = 8 << 10;
    private static final byte[] FIRST = {};

    private Encodings() {}

    public static String of(Keyspace keys, int database, byte[] key, Type type) {
        return switch (type) {
            case STRING -> ofString(Objects.requireNonNull(keys.string(database, key)));
            case LIST -> ofList(new ListData(keys, database, key));
            case HASH -> ofHash(new HashData(keys, database, key));
            case SET -> ofSet(new SetData(keys, database, key));
            case SORTED_SET -> ofSortedSet(new SortedSetData(keys, database, key));
            case STREAM -> "stream";
        };
    }

    private static String ofString(byte[] string) {
        if (Numbers.isLong(string)) {
            return "int";
        }
        return string.length <= LONGEST_EMBEDDED ? "embstr" : "raw";
    }

    private static String ofList(ListData list) {
        long bytes = list.walk(0, /* descending= */ false, PACKED_LIST_BYTES).stream()
                .mapToLong(element -> element.length + 2L)
                .sum();
        return bytes <= PACKED_LIST_BYTES ? "listpack" : "quicklist";
    }

    private static String ofHash(HashData hash) {
        boolean packed = hash.size() <= MOST_PACKED_FIELDS
                && areShort(hash.fields().stream().flatMap(field -> Stream.of(field.name(), field.value())));
        return !packed ? "hashtable" : hash.mayExpire() ? "listpackex" : "listpack";
    }

    private static String ofSet(SetData set) {
        List<byte[]> members = set.members(FIRST, MOST_INTEGERS + 1);
        if (members.size() <= MOST_INTEGERS && members.stream().allMatch(Numbers::isLong)) {
            return "intset";
        }
        return members.size() <= MOST_PACKED && areShort(members.stream()) ? "listpack" : "hashtable";
    }

    private static String ofSortedSet(SortedSetData set) {
        boolean packed =
                set.size() <= MOST_PACKED && areShort(set.members().stream().map(SortedSetData.Member::name));
        return packed ? "listpack" : "skiplist";
    }

    private static boolean areShort(Stream<byte[]> elements) {
        return elements.allMatch(element -> element.length <= LONGEST_PACKED);
    }
}
