package org.nr4j.server.rdb;

import java.util.ArrayList;
import java.util.List;
import org.nr4j.server.type.HashData;
import org.nr4j.server.type.HashData.Field;

/** Hashes: fields and values in turn. */
final class HashFormat {
    /** A hash is packed into one string up to this number of fields, if each is short. */
    private static final int MOST_PACKED = 512;

    private HashFormat() {}

    static void write(RdbOutput out, HashData hash) {
        if (hash.mayExpire()) {
            TimedHashFormat.write(out, hash);
            return;
        }
        List<Field> fields = hash.fields();
        boolean packed = fields.size() <= MOST_PACKED
                && fields.stream()
                        .allMatch(field -> field.name().length <= RdbType.LONGEST_PACKED
                                && field.value().length <= RdbType.LONGEST_PACKED);
        if (packed) {
            Listpack pack = new Listpack();
            for (Field field : fields) {
                pack.add(field.name());
                pack.add(field.value());
            }
            out.type(RdbType.HASH_LISTPACK);
            out.string(pack.toByteArray());
            return;
        }
        out.type(RdbType.HASH);
        out.length(fields.size());
        for (Field field : fields) {
            out.string(field.name());
            out.string(field.value());
        }
    }

    static RestoredValue read(int code, RdbInput in) {
        List<byte[]> strings = strings(code, in);
        SetFormat.requireDistinct(strings, 2);
        return (keyspace, database, key) -> {
            HashData hash = new HashData(keyspace, database, key);
            for (int i = 0; i < strings.size(); i += 2) {
                hash.put(strings.get(i), strings.get(i + 1));
            }
            hash.save();
        };
    }

    private static List<byte[]> strings(int code, RdbInput in) {
        return switch (code) {
            case RdbType.HASH_ZIPMAP -> Ziplist.readZipmap(in.string());
            case RdbType.HASH_ZIPLIST -> Ziplist.read(in.string());
            case RdbType.HASH_LISTPACK -> Listpack.read(in.string());
            default -> pairs(in);
        };
    }

    private static List<byte[]> pairs(RdbInput in) {
        List<byte[]> strings = new ArrayList<>();
        for (long left = in.length(); left > 0; left--) {
            strings.add(in.string());
            strings.add(in.string());
        }
        return strings;
    }
}
