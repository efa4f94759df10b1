package org.nr4j.server.script.lua;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import party.iroiro.luajava.lua51.Lua51Natives;

/**
 * Carries bytes from Java to Lua. The natives take text only. So the bytes go as the constant of a compiled chunk,
 * which returns it. For one thread at a time.
 */
public final class StringChunk {
    private static final int FIRST_CAPACITY = 1 << 12;
    private static final int LARGEST_KEPT = 1 << 20;

    /** More than a chunk has besides its constant. */
    private static final int OVERHEAD = 128;

    /** Where the header says that the lowest byte comes first, and how many bytes the size of a string has. */
    private static final int ORDER_AT = 6;

    private static final int SIZE_AT = 8;

    private static final byte STRING_CONSTANT = 4;

    /** Load the constant 0; return it; return nothing. */
    private static final int[] CODE = {0x0000_0001, 0x0100_001E, 0x0080_001E};

    private final byte[] header;
    private ByteBuffer buffer;

    /**
     * Creates a carrier.
     *
     * @param header the first 12 bytes of any chunk of this platform
     */
    public StringChunk(byte[] header) {
        this.header = header;
        this.buffer = allocate(FIRST_CAPACITY);
    }

    private ByteBuffer allocate(int capacity) {
        return ByteBuffer.allocateDirect(capacity)
                .order(header[ORDER_AT] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    /** Pushes bytes as a string. */
    public void push(Lua51Natives natives, long state, byte[] bytes, int from, int length) {
        if (buffer.capacity() < length + OVERHEAD) {
            buffer = allocate(Math.max(length + OVERHEAD, Math.min(2 * buffer.capacity(), LARGEST_KEPT)));
        }
        write(bytes, from, length);
        int status = natives.luaJ_dobuffer(state, buffer, buffer.position(), "=bytes");
        if (buffer.capacity() > LARGEST_KEPT) {
            buffer = allocate(FIRST_CAPACITY);
        }
        if (status != 0) {
            throw new IllegalStateException("bytes must reach Lua: length=" + length + " status=" + status
                    + "; the interpreter may lack memory");
        }
    }

    private void write(byte[] bytes, int from, int length) {
        buffer.clear();
        buffer.put(header);
        putSize(0); // no name of a source
        buffer.putInt(0).putInt(0); // lines
        buffer.put(new byte[] {0, 0, 0, 2}); // upvalues, parameters, no varargs, registers
        buffer.putInt(CODE.length);
        for (int instruction : CODE) {
            buffer.putInt(instruction);
        }
        buffer.putInt(1).put(STRING_CONSTANT);
        putSize(length + 1);
        buffer.put(bytes, from, length).put((byte) 0);
        buffer.putInt(0).putInt(0).putInt(0).putInt(0); // functions, and three tables for debugging
    }

    private void putSize(int size) {
        if (header[SIZE_AT] == Long.BYTES) {
            buffer.putLong(size);
        } else {
            buffer.putInt(size);
        }
    }
}
