package org.nr4j.server.script.lua;

/** A function of Java that scripts call. */
@FunctionalInterface
public interface Builtin {
    /**
     * Runs the function. Its arguments are all that is on the stack.
     *
     * @return how many values from the top of the stack it returns
     * @throws ScriptException to raise an error in the script
     */
    int call(LuaStack stack);
}
