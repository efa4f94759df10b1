package org.nr4j.server.script;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.script.lua.LuaStack;
import org.nr4j.server.script.lua.ScriptException;

/** The functions that the library which an interpreter has just loaded has registered. */
final class FunctionRegistry {
    private static final String NAME = "redis.register_function";

    private final Map<String, Library.Function> functions = new LinkedHashMap<>();
    private final Map<String, Integer> references = new LinkedHashMap<>();
    private boolean open;

    /** Takes the functions of another library. */
    void begin() {
        functions.clear();
        references.clear();
        open = true;
    }

    /** Takes no more functions. */
    void end() {
        open = false;
    }

    Map<String, Library.Function> functions() {
        return functions;
    }

    /** Returns the reference of a function in Lua's registry; 0 if there is none. */
    int reference(String name) {
        return references.getOrDefault(name, 0);
    }

    /** Forgets the functions, so that Lua can free them. */
    void clear(LuaStack stack) {
        references.values().forEach(reference -> unreference(stack, reference));
        references.clear();
    }

    private static void unreference(LuaStack stack, int reference) {
        stack.natives().luaL_unref(stack.state(), stack.natives().getRegistryIndex(), reference);
    }

    /** What a call says of a function. */
    private static final class Registration {
        @Nullable
        String name;

        byte @Nullable [] description;
        int reference;
        int flags;
    }

    /** The function {@code redis.register_function}. */
    int register(LuaStack stack) {
        if (!open) {
            throw ScriptException.table("ERR " + NAME + " can only be called on FUNCTION LOAD command");
        }
        int count = stack.top();
        if (count < 1 || count > 2) {
            throw ScriptException.table("ERR wrong number of arguments to " + NAME);
        }
        Registration registration = count == 1 ? named(stack) : positional(stack);
        String name = String.valueOf(registration.name);
        try {
            Library.requireName(name);
        } catch (IllegalArgumentException e) {
            throw ScriptException.table("ERR " + e.getMessage());
        }
        if (functions.containsKey(name)) {
            throw ScriptException.table("ERR Function already exists in the library");
        }
        functions.put(name, new Library.Function(registration.flags, registration.description));
        references.put(name, registration.reference);
        return 0;
    }

    private static Registration positional(LuaStack stack) {
        Registration registration = new Registration();
        if (!stack.isStringOrNumber(1)) {
            throw ScriptException.table("ERR first argument to " + NAME + " must be a string");
        }
        if (stack.type(2) != LuaStack.FUNCTION) {
            throw ScriptException.table("ERR second argument to " + NAME + " must be a function");
        }
        registration.name = stack.text(1);
        registration.reference = reference(stack);
        return registration;
    }

    /** Takes the function on top. */
    private static int reference(LuaStack stack) {
        return stack.natives().luaL_ref(stack.state(), stack.natives().getRegistryIndex());
    }

    private static Registration named(LuaStack stack) {
        if (stack.type(1) != LuaStack.TABLE) {
            throw ScriptException.table("ERR calling " + NAME + " with a single argument is only applicable to Lua "
                    + "table (representing named arguments).");
        }
        Registration registration = new Registration();
        stack.pushNil();
        while (stack.next(1)) {
            if (!stack.isStringOrNumber(-2)) {
                throw ScriptException.table("ERR named argument key given to " + NAME + " is not a string");
            }
            if (stack.type(-2) == LuaStack.NUMBER) {
                throw ScriptException.table("ERR unknown argument given to " + NAME);
            }
            take(stack, registration, stack.text(-2).toLowerCase(Locale.ROOT));
        }
        if (registration.name == null) {
            throw ScriptException.table("ERR " + NAME + " must get a function name argument");
        }
        if (registration.reference == 0) {
            throw ScriptException.table("ERR " + NAME + " must get a callback argument");
        }
        return registration;
    }

    /** Takes the value on top. */
    private static void take(LuaStack stack, Registration registration, String argument) {
        switch (argument) {
            case "function_name" -> registration.name = Ascii.text(text(stack, argument));
            case "description" -> registration.description = text(stack, argument);
            case "callback" -> {
                if (stack.type(-1) != LuaStack.FUNCTION) {
                    throw ScriptException.table("ERR callback argument given to " + NAME + " must be a function");
                }
                registration.reference = reference(stack);
                return;
            }
            case "flags" -> registration.flags = flags(stack);
            default -> throw ScriptException.table("ERR unknown argument given to " + NAME);
        }
        stack.pop(1);
    }

    private static byte[] text(LuaStack stack, String argument) {
        if (!stack.isStringOrNumber(-1)) {
            throw ScriptException.table("ERR " + argument + " argument given to " + NAME + " must be a string");
        }
        return stack.bytes(-1);
    }

    private static int flags(LuaStack stack) {
        if (stack.type(-1) != LuaStack.TABLE) {
            throw ScriptException.table(
                    "ERR flags argument to " + NAME + " must be a table representing function flags");
        }
        int flags = 0;
        for (int i = 1; ; i++) {
            stack.pushElement(-1, i);
            if (stack.type(-1) == LuaStack.NIL) {
                stack.pop(1);
                return flags;
            }
            int bit = stack.isStringOrNumber(-1) ? Flags.bitIgnoringCase(stack.text(-1)) : 0;
            if (bit == 0) {
                throw ScriptException.table("ERR unknown flag given");
            }
            flags |= bit;
            stack.pop(1);
        }
    }
}
