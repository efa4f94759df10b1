package org.nr4j.server.rdb;

import java.util.Objects;
import org.nr4j.server.type.HashData;
import org.nr4j.server.type.Keyspace;
import org.nr4j.server.type.ListData;
import org.nr4j.server.type.SetData;
import org.nr4j.server.type.SortedSetData;
import org.nr4j.server.type.Type;
import org.nr4j.server.type.stream.StreamData;

/** A value as one string: its type, its bytes, the version of the format (2), and a checksum (8). */
public final class Payload {
    /** The version that Redis 7.0 writes. */
    private static final int VERSION = 10;

    /** The version of Redis 7.4, in which fields of hashes expire. Versions above are refused. */
    private static final int VERSION_WITH_TIMES = 12;

    private static final int FOOTER = Short.BYTES + Long.BYTES;

    private Payload() {}

    /** Returns the value of a key, which exists. */
    public static byte[] write(Keyspace keys, int database, byte[] key, Type type) {
        RdbOutput out = new RdbOutput();
        int version = VERSION;
        switch (type) {
            case STRING -> {
                out.type(RdbType.STRING);
                out.string(Objects.requireNonNull(keys.string(database, key)));
            }
            case LIST -> ListFormat.write(out, new ListData(keys, database, key));
            case HASH -> {
                HashData hash = new HashData(keys, database, key);
                version = hash.mayExpire() ? VERSION_WITH_TIMES : VERSION;
                HashFormat.write(out, hash);
            }
            case SET -> SetFormat.write(out, new SetData(keys, database, key));
            case SORTED_SET -> SortedSetFormat.write(out, new SortedSetData(keys, database, key));
            case STREAM -> StreamFormat.write(out, new StreamData(keys, database, key));
        }
        return sealed(out, version);
    }

    /** Appends the footer. */
    static byte[] sealed(RdbOutput out) {
        return sealed(out, VERSION);
    }

    private static byte[] sealed(RdbOutput out, int version) {
        out.integer(version, Short.BYTES);
        byte[] summed = out.toByteArray();
        out.integer(Crc64.of(summed, summed.length), Long.BYTES);
        return out.toByteArray();
    }

    /**
     * Returns the value in a payload.
     *
     * @throws RdbException if there is none
     */
    public static RestoredValue read(byte[] payload) {
        RdbInput in = content(payload);
        int code = in.unsignedByte();
        return switch (code) {
            case RdbType.STRING -> {
                byte[] string = in.string();
                yield (keyspace, database, key) -> keyspace.setString(database, key, string);
            }
            case RdbType.LIST, RdbType.LIST_ZIPLIST, RdbType.LIST_OF_ZIPLISTS, RdbType.LIST_OF_LISTPACKS ->
                ListFormat.read(code, in);
            case RdbType.SET, RdbType.SET_INTEGERS -> SetFormat.read(code, in);
            case RdbType.SORTED_SET, RdbType.SORTED_SET_TEXT, RdbType.SORTED_SET_ZIPLIST, RdbType.SORTED_SET_LISTPACK ->
                SortedSetFormat.read(code, in);
            case RdbType.HASH, RdbType.HASH_ZIPMAP, RdbType.HASH_ZIPLIST, RdbType.HASH_LISTPACK ->
                HashFormat.read(code, in);
            case RdbType.HASH_WITH_TIMES, RdbType.HASH_LISTPACK_WITH_TIMES -> TimedHashFormat.read(code, in);
            case RdbType.STREAM_1, RdbType.STREAM_2, RdbType.STREAM_3 -> StreamFormat.read(code, in);
            default -> throw RdbException.badData();
        };
    }

    /** Returns what is before the footer, which must be right. */
    static RdbInput content(byte[] payload) {
        if (!isWhole(payload)) {
            throw new RdbException("DUMP payload version or checksum are wrong");
        }
        return new RdbInput(payload, 0, payload.length - FOOTER);
    }

    private static boolean isWhole(byte[] payload) {
        if (payload.length < FOOTER) {
            return false;
        }
        RdbInput footer = new RdbInput(payload, payload.length - FOOTER, payload.length);
        return footer.unsigned(Short.BYTES) <= VERSION_WITH_TIMES
                && footer.unsigned(Long.BYTES) == Crc64.of(payload, payload.length - Long.BYTES);
    }
}
