package org.nr4j.server.script.lua;

/** An error that a function raises in the script that has called it. The script can catch it. */
public final class ScriptException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Whether the error is a table with the field {@code err}; else it is a text with the position of the call. */
    private final boolean table;

    private ScriptException(String text, boolean table) {
        super(text, null, false, false);
        this.table = table;
    }

    /** An error as Lua's own functions raise it: a text, after the position in the script. */
    public static ScriptException of(String text) {
        return new ScriptException(text, false);
    }

    /** An error as the functions of {@code redis} raise it: a table. The text begins with its code. */
    public static ScriptException table(String text) {
        return new ScriptException(text, true);
    }

    /** The error of a wrong argument, counted from 1. */
    public static ScriptException argument(int index, String function, String problem) {
        return of("bad argument #" + index + " to '" + function + "' (" + problem + ")");
    }

    public boolean isTable() {
        return table;
    }
}
