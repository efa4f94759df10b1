package org.nr4j.server.rdb;

import java.util.ArrayList;
import java.util.List;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.type.HashData;
import org.nr4j.server.type.HashData.Field;
import org.nr4j.server.type.Keyspace;

/**
 * Hashes with fields that expire: the first instant (8), the number of fields, and of each its time, its name and its
 * value. A time is 0 for none, or counts milliseconds from the first instant on, which is 1. In the packed form, the
 * time is an instant behind the value.
 */
final class TimedHashFormat {
    private TimedHashFormat() {}

    private record TimedField(byte[] name, byte[] value, long expiry) {}

    static void write(RdbOutput out, HashData hash) {
        List<Field> fields = hash.fields();
        long first = fields.stream()
                .mapToLong(field -> hash.expiry(field.name()))
                .filter(expiry -> expiry != Keyspace.NEVER)
                .min()
                .orElse(0);
        out.type(RdbType.HASH_WITH_TIMES);
        out.integer(first, Long.BYTES);
        out.length(fields.size());
        for (Field field : fields) {
            long expiry = hash.expiry(field.name());
            out.length(expiry == Keyspace.NEVER ? 0 : expiry - first + 1);
            out.string(field.name());
            out.string(field.value());
        }
    }

    static RestoredValue read(int code, RdbInput in) {
        long first = in.unsigned(Long.BYTES);
        List<TimedField> fields = code == RdbType.HASH_WITH_TIMES ? readAll(in, first) : readPacked(in);
        SetFormat.requireDistinct(fields.stream().map(TimedField::name).toList(), 1);
        return (keyspace, database, key) -> store(fields, new HashData(keyspace, database, key), keyspace.now());
    }

    private static List<TimedField> readAll(RdbInput in, long first) {
        List<TimedField> fields = new ArrayList<>();
        for (long left = in.length(); left > 0; left--) {
            long time = in.length();
            fields.add(new TimedField(in.string(), in.string(), time == 0 ? 0 : checked(first + time - 1)));
        }
        return fields;
    }

    private static List<TimedField> readPacked(RdbInput in) {
        List<byte[]> strings = Listpack.read(in.string());
        if (strings.size() % 3 != 0) {
            throw RdbException.badData();
        }
        List<TimedField> fields = new ArrayList<>();
        for (int i = 0; i < strings.size(); i += 3) {
            if (!Numbers.isLong(strings.get(i + 2))) {
                throw RdbException.badData();
            }
            long expiry = checked(Numbers.parseLong(strings.get(i + 2)));
            fields.add(new TimedField(strings.get(i), strings.get(i + 1), expiry));
        }
        return fields;
    }

    private static long checked(long expiry) {
        if (expiry < 0 || expiry > HashData.LATEST_EXPIRY) {
            throw RdbException.badData();
        }
        return expiry;
    }

    /** Stores the fields that have not expired. */
    private static void store(List<TimedField> fields, HashData hash, long now) {
        for (TimedField field : fields) {
            if (field.expiry == 0 || field.expiry > now) {
                hash.put(field.name, field.value);
            }
            if (field.expiry > now) {
                hash.setExpiry(field.name, field.expiry);
            }
        }
        hash.save();
    }
}
