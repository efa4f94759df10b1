package org.nr4j.server.script.library;

import java.io.ByteArrayOutputStream;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.script.lua.LuaStack;
import org.nr4j.server.script.lua.NumberFormat;
import org.nr4j.server.script.lua.ScriptException;

/** Writes the value on top of the stack as JSON. */
final class JsonEncoder {
    private static final byte[] HEXADECIMAL = Ascii.bytes("0123456789abcdef");

    private final LuaStack stack;
    private final JsonSettings settings;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    JsonEncoder(LuaStack stack, JsonSettings settings) {
        this.stack = stack;
        this.settings = settings;
    }

    byte[] encode() {
        value(0);
        return out.toByteArray();
    }

    private void text(String text) {
        out.writeBytes(Ascii.bytes(text));
    }

    private ScriptException refused(int index, String reason) {
        return ScriptException.of("Cannot serialise " + stack.typeName(index) + ": " + reason);
    }

    private void value(int depth) {
        switch (stack.type(-1)) {
            case LuaStack.STRING -> string(stack.bytes(-1));
            case LuaStack.NUMBER -> number(-1);
            case LuaStack.BOOLEAN -> text(stack.truth(-1) ? "true" : "false");
            case LuaStack.TABLE -> table(depth + 1);
            case LuaStack.NIL -> text("null");
            case LuaStack.LIGHT_USERDATA -> text("null"); // a script has no other than that of null
            default -> throw refused(-1, "type not supported");
        }
    }

    private void number(int index) {
        double value = stack.number(index);
        if (Double.isInfinite(value) || Double.isNaN(value)) {
            switch (settings.encodeInvalid) {
                case 0 -> throw refused(index, "must not be NaN or Inf");
                case 1 -> text(Double.isNaN(value) ? "nan" : NumberFormat.general(value, settings.precision));
                default -> text("null");
            }
        } else {
            text(NumberFormat.general(value, settings.precision));
        }
    }

    private void string(byte[] value) {
        out.write('"');
        for (byte b : value) {
            switch (b) {
                case '"' -> text("\\\"");
                case '\\' -> text("\\\\");
                case '/' -> text("\\/");
                case '\b' -> text("\\b");
                case '\t' -> text("\\t");
                case '\n' -> text("\\n");
                case '\f' -> text("\\f");
                case '\r' -> text("\\r");
                default -> {
                    if ((b >= 0 && b < ' ') || b == 127) {
                        text("\\u00");
                        out.write(HEXADECIMAL[b >> 4]);
                        out.write(HEXADECIMAL[b & 15]);
                    } else {
                        out.write(b);
                    }
                }
            }
        }
        out.write('"');
    }

    private void table(int depth) {
        if (depth > Math.min(settings.encodeDepth, JsonSettings.DEEPEST) || !stack.reserve(4)) {
            throw ScriptException.of("Cannot serialise, excessive nesting (" + depth + ")");
        }
        int length = arrayLength();
        if (length > 0) {
            array(length, depth);
        } else {
            object(depth);
        }
    }

    /** Returns the length if the table is an array, or is empty; else -1. */
    private int arrayLength() {
        double longest = 0;
        int items = 0;
        stack.pushNil();
        while (stack.next(-2)) {
            double key = stack.type(-2) == LuaStack.NUMBER ? stack.number(-2) : 0;
            if (Math.floor(key) != key || key < 1) {
                stack.pop(2);
                return -1;
            }
            longest = Math.max(longest, key);
            items++;
            stack.pop(1);
        }
        if (settings.sparseRatio > 0
                && longest > (double) items * settings.sparseRatio
                && longest > settings.sparseSafe) {
            if (settings.convertSparse == 0) {
                throw refused(-1, "excessively sparse array");
            }
            return -1;
        }
        return (int) longest;
    }

    private void array(int length, int depth) {
        out.write('[');
        for (int i = 1; i <= length; i++) {
            if (i > 1) {
                out.write(',');
            }
            stack.pushElement(-1, i);
            value(depth);
            stack.pop(1);
        }
        out.write(']');
    }

    private void object(int depth) {
        out.write('{');
        boolean first = true;
        stack.pushNil();
        while (stack.next(-2)) {
            if (!first) {
                out.write(',');
            }
            first = false;
            switch (stack.type(-2)) {
                case LuaStack.NUMBER -> {
                    out.write('"');
                    number(-2);
                    out.write('"');
                }
                case LuaStack.STRING -> string(stack.bytes(-2));
                default -> throw refused(-2, "table key must be a number or string");
            }
            out.write(':');
            value(depth);
            stack.pop(1);
        }
        out.write('}');
    }
}
