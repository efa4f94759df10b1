package org.nr4j.server.script.library;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.script.lua.Arguments;
import org.nr4j.server.script.lua.Builtin;
import org.nr4j.server.script.lua.LuaStack;
import org.nr4j.server.script.lua.ScriptException;

/** The library {@code cjson}. A run begins with the default settings. */
public final class JsonFunctions {
    private final JsonSettings settings = new JsonSettings();

    /** Begins a run: its settings are the default ones. */
    public void reset() {
        settings.reset();
    }

    /** Returns the functions by their names. */
    public Map<String, Builtin> functions() {
        Map<String, Builtin> functions = new LinkedHashMap<>();
        functions.put("encode", this::encode);
        functions.put("decode", this::decode);
        functions.put("encode_max_depth", stack -> {
            settings.encodeDepth = number(stack, settings.encodeDepth, 1, Integer.MAX_VALUE, "encode_max_depth");
            return reply(stack, settings.encodeDepth);
        });
        functions.put("decode_max_depth", stack -> {
            settings.decodeDepth = number(stack, settings.decodeDepth, 1, Integer.MAX_VALUE, "decode_max_depth");
            return reply(stack, settings.decodeDepth);
        });
        functions.put("encode_number_precision", stack -> {
            settings.precision = number(stack, settings.precision, 1, 14, "encode_number_precision");
            return reply(stack, settings.precision);
        });
        functions.put("encode_keep_buffer", stack -> {
            settings.keepBuffer = choice(stack, settings.keepBuffer, JsonSettings.OFF_ON, "encode_keep_buffer");
            return replyChoice(stack, settings.keepBuffer, JsonSettings.OFF_ON);
        });
        functions.put("encode_invalid_numbers", stack -> {
            settings.encodeInvalid =
                    choice(stack, settings.encodeInvalid, JsonSettings.OFF_ON_NULL, "encode_invalid_numbers");
            return replyChoice(stack, settings.encodeInvalid, JsonSettings.OFF_ON_NULL);
        });
        functions.put("decode_invalid_numbers", stack -> {
            settings.decodeInvalid =
                    choice(stack, settings.decodeInvalid, JsonSettings.OFF_ON, "decode_invalid_numbers");
            return replyChoice(stack, settings.decodeInvalid, JsonSettings.OFF_ON);
        });
        functions.put("encode_sparse_array", this::sparseArrays);
        return functions;
    }

    /** Adds the constants of the library to the table on top. */
    public static void pushConstants(LuaStack stack) {
        stack.push("cjson");
        stack.setField("_NAME");
        stack.push("2.1.0");
        stack.setField("_VERSION");
        pushNull(stack);
        stack.setField("null");
    }

    /** Pushes the value that stands for null. */
    public static void pushNull(LuaStack stack) {
        stack.natives().lua_pushlightuserdata(stack.state(), 0);
    }

    private int encode(LuaStack stack) {
        if (stack.top() != 1) {
            throw ScriptException.argument(1, "encode", "expected 1 argument");
        }
        stack.push(new JsonEncoder(stack, settings).encode());
        return 1;
    }

    private int decode(LuaStack stack) {
        if (stack.top() != 1) {
            throw ScriptException.argument(1, "decode", "expected 1 argument");
        }
        new JsonDecoder(stack, settings, new Arguments(stack, "decode").bytes(1)).decode();
        return 1;
    }

    // ---- settings: a call with an argument changes them, and each call returns them ----

    private int sparseArrays(LuaStack stack) {
        String name = "encode_sparse_array";
        if (stack.top() > 3) {
            throw ScriptException.argument(4, name, "found too many arguments");
        }
        stack.top(3);
        if (stack.type(1) != LuaStack.NIL) {
            settings.convertSparse = choiceAt(stack, 1, JsonSettings.OFF_ON, name);
        }
        if (stack.type(2) != LuaStack.NIL) {
            settings.sparseRatio = numberAt(stack, 2, 0, Integer.MAX_VALUE, name);
        }
        if (stack.type(3) != LuaStack.NIL) {
            settings.sparseSafe = numberAt(stack, 3, 0, Integer.MAX_VALUE, name);
        }
        stack.push(settings.convertSparse != 0);
        stack.push((double) settings.sparseRatio);
        stack.push((double) settings.sparseSafe);
        return 3;
    }

    private static int number(LuaStack stack, int value, int least, int most, String name) {
        requireOneArgument(stack, name);
        return stack.type(1) <= LuaStack.NIL ? value : numberAt(stack, 1, least, most, name);
    }

    private static int numberAt(LuaStack stack, int index, int least, int most, String name) {
        long value = new Arguments(stack, name).integer(index);
        if (value < least || value > most) {
            throw ScriptException.argument(index, name, "expected integer between " + least + " and " + most);
        }
        return (int) value;
    }

    private static int choice(LuaStack stack, int value, List<String> choices, String name) {
        requireOneArgument(stack, name);
        return stack.type(1) <= LuaStack.NIL ? value : choiceAt(stack, 1, choices, name);
    }

    private static int choiceAt(LuaStack stack, int index, List<String> choices, String name) {
        if (stack.type(index) == LuaStack.BOOLEAN) {
            return stack.truth(index) ? 1 : 0;
        }
        String text = Ascii.text(new Arguments(stack, name).bytes(index));
        int found = choices.indexOf(text);
        if (found < 0) {
            throw ScriptException.argument(index, name, "invalid option '" + text + "'");
        }
        return found;
    }

    private static void requireOneArgument(LuaStack stack, String name) {
        if (stack.top() > 1) {
            throw ScriptException.argument(2, name, "found too many arguments");
        }
    }

    private static int reply(LuaStack stack, int value) {
        stack.push((double) value);
        return 1;
    }

    private static int replyChoice(LuaStack stack, int value, List<String> choices) {
        if (value < 2) {
            stack.push(value == 1);
        } else {
            stack.push(choices.get(value));
        }
        return 1;
    }
}
