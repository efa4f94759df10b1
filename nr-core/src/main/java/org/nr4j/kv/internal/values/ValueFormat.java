package org.nr4j.kv.internal.values;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.nr4j.kv.internal.segment.FileFormat;

/**
 * The layout of a file of values; see docs/durability.md. Each value has its length and a checksum before it. Numbers
 * have the highest byte first.
 */
final class ValueFormat {
    /** The length of a file's header. */
    static final int FILE_HEADER = FileFormat.PREFIX + 3 * Long.BYTES + FileFormat.CHECKSUM;

    /** What comes before a value: its length and the checksum. */
    static final int VALUE_HEADER = 2 * Integer.BYTES;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private ValueFormat() {}

    static byte[] header(UUID storeId, long number) {
        ByteBuffer header = FileFormat.VALUES.begin(3 * Long.BYTES);
        header.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        header.putLong(number);
        return FileFormat.end(header).array();
    }

    /** Returns a value with its header, as the file has it at an offset. */
    static byte[] record(byte[] value, long number, long offset) {
        byte[] record = new byte[VALUE_HEADER + value.length];
        INT.set(record, 0, value.length);
        System.arraycopy(value, 0, record, VALUE_HEADER, value.length);
        INT.set(record, Integer.BYTES, checksum(record, number, offset));
        return record;
    }

    /** Whether a record is intact: it has its length, and the checksum of its contents and its place. */
    static boolean isIntact(byte[] record, long number, long offset) {
        return lengthOf(record) == record.length - VALUE_HEADER
                && (int) INT.get(record, Integer.BYTES) == checksum(record, number, offset);
    }

    /** Returns the length of the value that a record, or the header of one, says. */
    static int lengthOf(byte[] record) {
        return (int) INT.get(record, 0);
    }

    private static int checksum(byte[] record, long number, long offset) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(number)
                .putLong(offset)
                .flip());
        crc.update(record, 0, Integer.BYTES);
        crc.update(record, VALUE_HEADER, record.length - VALUE_HEADER);
        return (int) crc.getValue();
    }
}
