package org.nr4j.server.script.lua;

/** The arguments of a function that a script calls, with the errors of Lua if they are wrong. */
public final class Arguments {
    private final LuaStack stack;
    private final String function;

    /** Creates the arguments of a call. */
    public Arguments(LuaStack stack, String function) {
        this.stack = stack;
        this.function = function;
    }

    private ScriptException wrongType(int index, String expected) {
        return ScriptException.argument(index, function, expected + " expected, got " + stack.typeName(index));
    }

    /** Returns a number, or one in a string. */
    public double number(int index) {
        if (stack.natives().lua_isnumber(stack.state(), index) == 0) {
            throw wrongType(index, "number");
        }
        return stack.number(index);
    }

    /** Returns an integer, as a conversion of C cuts it. */
    public long integer(int index) {
        return (long) number(index);
    }

    /** Returns an integer; another if the argument is missing or nil. */
    public long integer(int index, long other) {
        return stack.type(index) <= LuaStack.NIL ? other : integer(index);
    }

    /** Returns the bytes of a string or a number. */
    public byte[] bytes(int index) {
        if (!stack.isStringOrNumber(index)) {
            throw wrongType(index, "string");
        }
        return stack.bytes(index);
    }

    /** Throws the error of an argument. */
    public ScriptException wrong(int index, String problem) {
        return ScriptException.argument(index, function, problem);
    }
}
