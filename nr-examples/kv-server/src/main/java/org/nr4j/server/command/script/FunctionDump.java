package org.nr4j.server.command.script;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nr4j.server.command.CommandException;

/**
 * The payload of FUNCTION DUMP, as Redis has it: for each library a byte and the length-prefixed text, then the version
 * of the format (2) and a checksum (8), both with the lowest byte first.
 */
final class FunctionDump {
    private static final int LIBRARY = 0xF5;
    private static final int VERSION = 10;

    /** The newest version that Redis 7.2 reads. */
    private static final int NEWEST_VERSION = 11;

    private static final int FOOTER = 2 + Long.BYTES;
    private static final int LONG_LENGTH = 0x80;
    private static final int COMPRESSED = 0xC3;

    /** The polynomial of Jones, with its bits in reverse order. */
    private static final long POLYNOMIAL = 0x95AC_9329_AC4B_C9B5L;

    private FunctionDump() {}

    static byte[] write(List<byte[]> libraries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] code : libraries) {
            out.write(LIBRARY);
            out.write(LONG_LENGTH);
            out.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(code.length).array());
            out.writeBytes(code);
        }
        out.write(VERSION);
        out.write(0);
        long checksum = checksum(out.toByteArray(), out.size());
        out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(checksum)
                .array());
        return out.toByteArray();
    }

    /** Returns the libraries of a payload; throws an error if it is damaged. */
    static List<byte[]> read(byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        int end = payload.length - FOOTER;
        if (end < 0
                || in.getShort(end) > NEWEST_VERSION
                || in.getLong(end + 2) != checksum(payload, payload.length - Long.BYTES)) {
            throw new CommandException("ERR DUMP payload version or checksum are wrong");
        }
        in.limit(end).order(ByteOrder.BIG_ENDIAN);
        List<byte[]> libraries = new ArrayList<>();
        while (in.hasRemaining()) {
            if ((in.get() & 0xFF) != LIBRARY) {
                throw new CommandException("ERR given type is not a function");
            }
            try {
                libraries.add(text(in));
            } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
                throw new CommandException("ERR failed loading the given functions payload");
            }
        }
        return libraries;
    }

    private static byte[] text(ByteBuffer in) {
        int first = in.get(in.position()) & 0xFF;
        if (first == COMPRESSED) {
            in.get();
            int compressed = length(in);
            int length = length(in);
            byte[] source = take(in, compressed);
            return decompress(source, length);
        }
        return take(in, length(in));
    }

    private static byte[] take(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static int length(ByteBuffer in) {
        int first = in.get() & 0xFF;
        return switch (first >> 6) {
            case 0 -> first;
            case 1 -> ((first & 0x3F) << 8) | (in.get() & 0xFF);
            default -> {
                long length = first == LONG_LENGTH ? in.getInt() & 0xFFFF_FFFFL : -1;
                if (length < 0 || length > Integer.MAX_VALUE) {
                    throw new BufferUnderflowException();
                }
                yield (int) length;
            }
        };
    }

    /** Undoes LZF: runs of literal bytes, and copies of what came before. */
    private static byte[] decompress(byte[] source, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        while (at < source.length && out.size() <= length) {
            int control = source[at++] & 0xFF;
            if (control < 32) {
                out.write(source, at, control + 1);
                at += control + 1;
            } else {
                int count = control >> 5;
                if (count == 7) {
                    count += source[at++] & 0xFF;
                }
                int from = out.size() - ((control & 0x1F) << 8) - (source[at++] & 0xFF) - 1;
                byte[] soFar = out.toByteArray();
                for (int i = 0; i < count + 2; i++) {
                    int index = from + i;
                    out.write(index < soFar.length ? soFar[index] : soFar[from + i % (soFar.length - from)]);
                }
            }
        }
        if (out.size() != length) {
            throw new BufferUnderflowException();
        }
        return out.toByteArray();
    }

    private static long checksum(byte[] bytes, int length) {
        long checksum = 0;
        for (byte b : Arrays.copyOf(bytes, length)) {
            checksum ^= b & 0xFF;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                checksum = (checksum & 1) == 0 ? checksum >>> 1 : (checksum >>> 1) ^ POLYNOMIAL;
            }
        }
        return checksum;
    }
}
