package org.nr4j.server.rdb;

/** The checksum of 64 bits that Redis uses: the polynomial of Jones, bits reflected, from 0 on. */
final class Crc64 {
    private static final long POLYNOMIAL = Long.reverse(0xad93d23594c935a9L);
    private static final long[] TABLE = table();

    private Crc64() {}

    private static long[] table() {
        long[] table = new long[1 << Byte.SIZE];
        for (int i = 0; i < table.length; i++) {
            long crc = i;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
            }
            table[i] = crc;
        }
        return table;
    }

    /** Returns the checksum of the first bytes of an array. */
    static long of(byte[] bytes, int length) {
        long crc = 0;
        for (int i = 0; i < length; i++) {
            crc = TABLE[(int) (crc ^ bytes[i]) & 0xFF] ^ (crc >>> Byte.SIZE);
        }
        return crc;
    }
}
