package org.nr4j.server.script.library;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.nr4j.server.script.lua.LuaStack;

/** Writes values as MessagePack. */
final class MessagePackEncoder {
    /** A table nested deeper becomes nil. */
    private static final int MOST_NESTING = 16;

    private final LuaStack stack;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    MessagePackEncoder(LuaStack stack) {
        this.stack = stack;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** Takes the value on top. */
    void encode() {
        value(0);
    }

    private void put(int type, long value, int bytes) {
        out.write(type);
        out.write(ByteBuffer.allocate(Long.BYTES).putLong(value).array(), Long.BYTES - bytes, bytes);
    }

    private void value(int level) {
        stack.reserve(5);
        switch (stack.type(-1)) {
            case LuaStack.STRING -> string(stack.bytes(-1));
            case LuaStack.BOOLEAN -> out.write(stack.truth(-1) ? 0xC3 : 0xC2);
            case LuaStack.NUMBER -> number(stack.number(-1));
            case LuaStack.TABLE -> {
                if (level == MOST_NESTING) {
                    out.write(0xC0);
                } else {
                    table(level);
                }
            }
            default -> out.write(0xC0);
        }
        stack.pop(1);
    }

    private void string(byte[] bytes) {
        int length = bytes.length;
        if (length < 32) {
            out.write(0xA0 | length);
        } else if (length <= 0xFF) {
            put(0xD9, length, 1);
        } else if (length <= 0xFFFF) {
            put(0xDA, length, 2);
        } else {
            put(0xDB, length, 4);
        }
        out.writeBytes(bytes);
    }

    private void number(double value) {
        if (value >= -0x1p63 && value < 0x1p63 && value == (long) value) {
            integer((long) value);
        } else if (value == (float) value) {
            put(0xCA, Float.floatToRawIntBits((float) value), 4);
        } else {
            put(0xCB, Double.doubleToRawLongBits(value), 8);
        }
    }

    private void integer(long value) {
        if (value >= -32 && value <= 127) {
            out.write((int) value);
        } else if (value >= 0) {
            int size = value <= 0xFF ? 0 : value <= 0xFFFF ? 1 : value <= 0xFFFF_FFFFL ? 2 : 3;
            put(0xCC + size, value, 1 << size);
        } else {
            int size = value >= Byte.MIN_VALUE ? 0 : value >= Short.MIN_VALUE ? 1 : value >= Integer.MIN_VALUE ? 2 : 3;
            put(0xD0 + size, value, 1 << size);
        }
    }

    private void table(int level) {
        int count = 0;
        double longest = 0;
        boolean array = true;
        stack.pushNil();
        while (stack.next(-2)) {
            stack.pop(1);
            double key = stack.type(-1) == LuaStack.NUMBER ? stack.number(-1) : 0;
            array &= key > 0 && key == (int) key;
            longest = Math.max(longest, key);
            count++;
        }
        if (array && longest == count) {
            header(0x90, 0xDC, count);
            for (int i = 1; i <= count; i++) {
                stack.pushElement(-1, i);
                value(level + 1);
            }
            return;
        }
        header(0x80, 0xDE, count);
        stack.pushNil();
        while (stack.next(-2)) {
            stack.pushCopy(-2);
            value(level + 1);
            value(level + 1);
        }
    }

    private void header(int small, int large, int count) {
        if (count <= 15) {
            out.write(small | count);
        } else if (count <= 0xFFFF) {
            put(large, count, 2);
        } else {
            put(large + 1, count, 4);
        }
    }
}
