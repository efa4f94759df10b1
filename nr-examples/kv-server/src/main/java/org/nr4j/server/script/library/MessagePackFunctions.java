package org.nr4j.server.script.library;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nr4j.server.script.lua.Arguments;
import org.nr4j.server.script.lua.Builtin;
import org.nr4j.server.script.lua.LuaStack;
import org.nr4j.server.script.lua.ScriptException;

/** The library {@code cmsgpack}. */
public final class MessagePackFunctions {
    private MessagePackFunctions() {}

    /** Returns the functions by their names. */
    public static Map<String, Builtin> all() {
        Map<String, Builtin> functions = new LinkedHashMap<>();
        functions.put("pack", MessagePackFunctions::pack);
        functions.put("unpack", stack -> unpack(stack, "unpack", 0, 0));
        functions.put("unpack_one", stack -> {
            long offset = new Arguments(stack, "unpack_one").integer(2, 0);
            return unpack(stack, "unpack_one", 1, offset);
        });
        functions.put("unpack_limit", stack -> {
            Arguments arguments = new Arguments(stack, "unpack_limit");
            return unpack(stack, "unpack_limit", arguments.integer(2), arguments.integer(3, 0));
        });
        return functions;
    }

    /** Adds the constants of the library to the table on top. */
    public static void pushConstants(LuaStack stack) {
        stack.push("cmsgpack");
        stack.setField("_NAME");
        stack.push("lua-cmsgpack 0.4.0");
        stack.setField("_VERSION");
        stack.push("Copyright (C) 2012, Salvatore Sanfilippo");
        stack.setField("_COPYRIGHT");
        stack.push("MessagePack C implementation for Lua");
        stack.setField("_DESCRIPTION");
    }

    private static int pack(LuaStack stack) {
        int count = stack.top();
        if (count == 0) {
            throw ScriptException.argument(0, "pack", "MessagePack pack needs input.");
        }
        MessagePackEncoder encoder = new MessagePackEncoder(stack);
        for (int i = 1; i <= count; i++) {
            stack.pushCopy(i);
            encoder.encode();
        }
        stack.push(encoder.bytes());
        return 1;
    }

    private static int unpack(LuaStack stack, String function, long limit, long offset) {
        byte[] data = new Arguments(stack, function).bytes(1);
        stack.top(1);
        if (offset < 0 || limit < 0) {
            throw ScriptException.of(
                    "Invalid request to unpack with offset of " + (int) offset + " and limit of " + data.length + ".");
        }
        if (offset > data.length) {
            throw ScriptException.of(
                    "Start offset " + (int) offset + " greater than input length " + data.length + ".");
        }
        boolean all = limit == 0 && offset == 0;
        long most = all ? Integer.MAX_VALUE : limit;
        MessagePackDecoder decoder = new MessagePackDecoder(stack, data, (int) offset);
        int results = 0;
        while (results < most && decoder.position() < data.length) {
            decoder.decode();
            results++;
        }
        if (all) {
            return results;
        }
        stack.push(decoder.position() == data.length ? -1.0 : decoder.position());
        stack.natives().lua_insert(stack.state(), 2);
        return results + 1;
    }
}
