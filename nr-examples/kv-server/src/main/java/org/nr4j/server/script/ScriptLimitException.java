package org.nr4j.server.script;

/** A run has used more instructions, memory or commands than it may. Its whole write is undone. */
public final class ScriptLimitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ScriptLimitException(String text) {
        super(text, null, false, false);
    }
}
