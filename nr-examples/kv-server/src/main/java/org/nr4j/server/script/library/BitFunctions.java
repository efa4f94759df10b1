package org.nr4j.server.script.library;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import org.nr4j.server.script.lua.Builtin;
import org.nr4j.server.script.lua.LuaStack;
import org.nr4j.server.script.lua.ScriptException;

/** The library {@code bit}: operations on integers of 32 bits. */
public final class BitFunctions {
    /** A double of this size has the lowest 32 bits of an integer part in its own lowest bits. */
    private static final double TO_INTEGER = 0x1.8p52;

    private BitFunctions() {}

    /** Returns the functions by their names. */
    public static Map<String, Builtin> all() {
        Map<String, Builtin> functions = new LinkedHashMap<>();
        unary(functions, "tobit", a -> a);
        unary(functions, "bnot", a -> ~a);
        unary(functions, "bswap", Integer::reverseBytes);
        fold(functions, "band", (a, b) -> a & b);
        fold(functions, "bor", (a, b) -> a | b);
        fold(functions, "bxor", (a, b) -> a ^ b);
        binary(functions, "lshift", (a, b) -> a << b);
        binary(functions, "rshift", (a, b) -> a >>> b);
        binary(functions, "arshift", (a, b) -> a >> b);
        binary(functions, "rol", Integer::rotateLeft);
        binary(functions, "ror", Integer::rotateRight);
        functions.put("tohex", BitFunctions::toHex);
        return functions;
    }

    private static void unary(Map<String, Builtin> functions, String name, IntUnaryOperator operator) {
        functions.put(name, stack -> reply(stack, operator.applyAsInt(integer(stack, 1, name))));
    }

    private static void binary(Map<String, Builtin> functions, String name, IntBinaryOperator operator) {
        functions.put(
                name,
                stack -> reply(stack, operator.applyAsInt(integer(stack, 1, name), integer(stack, 2, name) & 31)));
    }

    private static void fold(Map<String, Builtin> functions, String name, IntBinaryOperator operator) {
        functions.put(name, stack -> {
            int result = integer(stack, 1, name);
            for (int i = stack.top(); i > 1; i--) {
                result = operator.applyAsInt(result, integer(stack, i, name));
            }
            return reply(stack, result);
        });
    }

    private static int reply(LuaStack stack, int value) {
        stack.push((double) value);
        return 1;
    }

    private static int integer(LuaStack stack, int index, String function) {
        int bits = (int) Double.doubleToRawLongBits(stack.number(index) + TO_INTEGER);
        if (bits == 0 && stack.natives().lua_isnumber(stack.state(), index) == 0) {
            throw ScriptException.argument(index, function, "number expected, got " + stack.typeName(index));
        }
        return bits;
    }

    private static int toHex(LuaStack stack) {
        int value = integer(stack, 1, "tohex");
        int digits = stack.top() < 2 ? 8 : integer(stack, 2, "tohex");
        String all = String.format(digits < 0 ? "%08X" : "%08x", value);
        int shown = digits < 0 ? Math.min(8, -Math.max(digits, -8)) : Math.min(8, digits);
        stack.push(all.substring(8 - shown));
        return 1;
    }
}
