package org.nr4j.server.script.library;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nr4j.server.script.lua.Arguments;
import org.nr4j.server.script.lua.Builtin;
import org.nr4j.server.script.lua.LuaStack;
import org.nr4j.server.script.lua.ScriptException;

/** The library {@code struct}: values as the bytes that C's structures have, by a format. */
public final class StructFunctions {
    private StructFunctions() {}

    /** Returns the functions by their names. */
    public static Map<String, Builtin> all() {
        Map<String, Builtin> functions = new LinkedHashMap<>();
        functions.put("pack", StructFunctions::pack);
        functions.put("unpack", StructFunctions::unpack);
        functions.put("size", StructFunctions::size);
        return functions;
    }

    private static int pack(LuaStack stack) {
        Arguments arguments = new Arguments(stack, "pack");
        StructFormat format = new StructFormat(arguments.bytes(1), "pack");
        stack.pushNil(); // Lua's own library has it there, so that messages about a missing argument say so
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int next = 2;
        while (format.next()) {
            out.writeBytes(new byte[format.padding(out.size())]);
            switch (format.option()) {
                case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' ->
                    out.writeBytes(format.encode(integer(arguments.number(next++)), format.size()));
                case 'x' -> out.write(0);
                case 'f' -> out.writeBytes(format.encode(Float.floatToRawIntBits((float) arguments.number(next++)), 4));
                case 'd' -> out.writeBytes(format.encode(Double.doubleToRawLongBits(arguments.number(next++)), 8));
                case 'c', 's' -> putText(out, arguments, next++, format);
                default -> format.control();
            }
        }
        stack.push(out.toByteArray());
        return 1;
    }

    /** Converts as C does on common machines: a positive number may need the highest bit. */
    private static long integer(double number) {
        boolean high = number >= 0x1p63;
        return high ? (long) (number - 0x1p63) + Long.MIN_VALUE : (long) number;
    }

    private static void putText(ByteArrayOutputStream out, Arguments arguments, int index, StructFormat format) {
        byte[] text = arguments.bytes(index);
        int size = format.size() == 0 ? text.length : format.size();
        if (text.length < size) {
            throw arguments.wrong(index + 1, "string too short");
        }
        out.write(text, 0, size);
        if (format.option() == 's') {
            out.write(0);
        }
    }

    private static int unpack(LuaStack stack) {
        Arguments arguments = new Arguments(stack, "unpack");
        StructFormat format = new StructFormat(arguments.bytes(1), "unpack");
        byte[] data = arguments.bytes(2);
        long start = arguments.integer(3, 1);
        if (start == 0) {
            throw arguments.wrong(3, "offset must be 1 or greater");
        }
        int before = stack.top();
        long at = start - 1;
        while (format.next()) {
            at += format.padding(at);
            requireData(arguments, data, at, format.size());
            if (!stack.reserve(2)) {
                throw ScriptException.of("stack overflow (too many results)");
            }
            at += push(stack, format, data, (int) at, before);
        }
        stack.push((double) (at + 1));
        return stack.top() - before;
    }

    /** Pushes the value of the current option, if it has one. Returns how many bytes it has. */
    private static long push(LuaStack stack, StructFormat format, byte[] data, int at, int before) {
        switch (format.option()) {
            case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' -> stack.push(format.decode(data, at));
            case 'x' -> {}
            case 'f' -> stack.push((double) Float.intBitsToFloat((int) format.bits(data, at, Float.BYTES)));
            case 'd' -> stack.push(Double.longBitsToDouble(format.bits(data, at, Double.BYTES)));
            case 'c' -> {
                return pushCounted(stack, format, data, at, before);
            }
            case 's' -> {
                return pushTerminated(stack, data, at);
            }
            default -> format.control();
        }
        return format.size();
    }

    /** Pushes a text whose length is in the format, or is the value before it, which it replaces. */
    private static long pushCounted(LuaStack stack, StructFormat format, byte[] data, int at, int before) {
        long size = format.size();
        if (size == 0) {
            if (stack.top() == before || stack.natives().lua_isnumber(stack.state(), -1) == 0) {
                throw ScriptException.of("format 'c0' needs a previous size");
            }
            size = (long) stack.number(-1);
            stack.pop(1);
            requireData(new Arguments(stack, "unpack"), data, at, size);
        }
        stack.push(data, at, (int) size);
        return size;
    }

    private static long pushTerminated(LuaStack stack, byte[] data, int at) {
        int end = at;
        while (end < data.length && data[end] != 0) {
            end++;
        }
        if (end == data.length) {
            throw ScriptException.of("unfinished string in data");
        }
        stack.push(data, at, end - at);
        return end - at + 1L;
    }

    private static void requireData(Arguments arguments, byte[] data, long at, long size) {
        if (at < 0 || size < 0 || size > data.length || at > data.length - size) {
            throw arguments.wrong(2, "data string too short");
        }
    }

    private static int size(LuaStack stack) {
        Arguments arguments = new Arguments(stack, "size");
        StructFormat format = new StructFormat(arguments.bytes(1), "size");
        long at = 0;
        while (format.next()) {
            at += format.padding(at);
            if (format.option() == 's') {
                throw arguments.wrong(1, "option 's' has no fixed size");
            }
            if (format.option() == 'c' && format.size() == 0) {
                throw arguments.wrong(1, "option 'c0' has no fixed size");
            }
            if (!Character.isLetterOrDigit(format.option())) {
                format.control();
            }
            at += format.size();
        }
        stack.push((double) at);
        return 1;
    }
}
