package org.nr4j.server.script;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts. Each run has an interpreter of its own, so that the replicas can run scripts at the same time. An
 * interpreter is used again, but keeps nothing of a run that another could see. For any number of threads.
 */
public final class Scripts {
    private static final ConcurrentLinkedDeque<Interpreter> IDLE = new ConcurrentLinkedDeque<>();

    private Scripts() {}

    /** This machine cannot run scripts. */
    public static final class UnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnavailableException(Throwable cause) {
            super("the native library of Lua cannot be loaded, so there are no scripts: cause=" + cause, cause);
        }
    }

    /** Runs a script, which replies. */
    public static void run(Script script, ScriptRun run) {
        with(interpreter -> {
            interpreter.run(script, run);
            return true;
        });
    }

    /** Runs a function of a library, which replies. */
    public static void run(Library library, ScriptRun run) {
        with(interpreter -> {
            interpreter.run(library, run);
            return true;
        });
    }

    /** Returns why a script does not compile; null if it does. */
    public static @Nullable String problem(Script script) {
        return with(interpreter -> new Answer(interpreter.problem(script))).text;
    }

    /** Loads a library, and notes its functions in it. Returns what is wrong; null if nothing is. */
    public static @Nullable String load(Library library) {
        return with(interpreter -> new Answer(interpreter.load(library))).text;
    }

    private record Answer(@Nullable String text) {}

    private static <T> T with(Function<Interpreter, T> task) {
        Interpreter interpreter = IDLE.pollFirst();
        if (interpreter == null) {
            interpreter = create();
        }
        try {
            return task.apply(interpreter);
        } finally {
            if (interpreter.isReusable()) {
                IDLE.addFirst(interpreter);
            } else {
                interpreter.close();
            }
        }
    }

    private static Interpreter create() {
        try {
            return new Interpreter();
        } catch (LinkageError e) {
            throw new UnavailableException(e);
        }
    }
}
