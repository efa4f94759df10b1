package org.nr4j.server.script.library;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.nr4j.server.script.lua.LuaStack;
import org.nr4j.server.script.lua.ScriptException;

/** Reads MessagePack, and pushes the values. */
final class MessagePackDecoder {
    private static final int MOST_NESTING = 128;

    private final LuaStack stack;
    private final ByteBuffer in;

    MessagePackDecoder(LuaStack stack, byte[] data, int from) {
        this.stack = stack;
        this.in = ByteBuffer.wrap(data, from, data.length - from);
    }

    int position() {
        return in.position();
    }

    void decode() {
        try {
            value(0);
        } catch (BufferUnderflowException e) {
            throw ScriptException.of("Missing bytes in input.");
        }
    }

    private void value(int depth) {
        if (depth > MOST_NESTING || !stack.reserve(4)) {
            throw ScriptException.of(
                    "stack overflow (too many return values at once; use unpack_one or unpack_limit instead.)");
        }
        int type = in.get() & 0xFF;
        if (type < 0x80) {
            stack.push((double) type);
        } else if (type >= 0xE0) {
            stack.push((double) (byte) type);
        } else if (type < 0x90) {
            map(type & 0xF, depth);
        } else if (type < 0xA0) {
            array(type & 0xF, depth);
        } else if (type < 0xC0) {
            string(type & 0x1F);
        } else {
            typed(type, depth);
        }
    }

    private void typed(int type, int depth) {
        switch (type) {
            case 0xC0 -> stack.pushNil();
            case 0xC2 -> stack.push(false);
            case 0xC3 -> stack.push(true);
            case 0xCA -> stack.push((double) in.getFloat());
            case 0xCB -> stack.push(in.getDouble());
            case 0xCC -> stack.push((double) (in.get() & 0xFF));
            case 0xCD -> stack.push((double) (in.getShort() & 0xFFFF));
            case 0xCE -> stack.push((double) (in.getInt() & 0xFFFF_FFFFL));
            case 0xCF -> stack.push((double) in.getLong());
            case 0xD0 -> stack.push((double) in.get());
            case 0xD1 -> stack.push((double) in.getShort());
            case 0xD2 -> stack.push((double) in.getInt());
            case 0xD3 -> stack.push((double) in.getLong());
            case 0xD9 -> string(in.get() & 0xFF);
            case 0xDA -> string(in.getShort() & 0xFFFF);
            case 0xDB -> string(in.getInt() & 0xFFFF_FFFFL);
            case 0xDC -> array(in.getShort() & 0xFFFF, depth);
            case 0xDD -> array(in.getInt() & 0xFFFF_FFFFL, depth);
            case 0xDE -> map(in.getShort() & 0xFFFF, depth);
            case 0xDF -> map(in.getInt() & 0xFFFF_FFFFL, depth);
            default -> throw ScriptException.of("Bad data format in input.");
        }
    }

    private void string(long length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        stack.push(in.array(), in.position(), (int) length);
        in.position(in.position() + (int) length);
    }

    private void array(long length, int depth) {
        stack.pushTable();
        for (int i = 1; i <= length; i++) {
            value(depth + 1);
            stack.setElement(-2, i);
        }
    }

    private void map(long length, int depth) {
        stack.pushTable();
        for (long i = 0; i < length; i++) {
            value(depth + 1);
            boolean none = stack.type(-1) == LuaStack.NIL;
            if (none || (stack.type(-1) == LuaStack.NUMBER && Double.isNaN(stack.number(-1)))) {
                throw ScriptException.of("table index is " + (none ? "nil" : "NaN"));
            }
            value(depth + 1);
            stack.setEntry(-3);
        }
    }
}
