package org.nr4j.server.session;

import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.Command.Place;

/** The time until which the server runs no commands, or no writes, as CLIENT PAUSE says. For any number of threads. */
final class Pause {
    private record State(long end, boolean onlyWrites) {}

    /** Null for no pause. Volatile: each command reads it. */
    private volatile @Nullable State state;

    /** Begins a pause, or makes one longer and stricter. */
    synchronized void begin(long millis, boolean onlyWrites) {
        long end = System.currentTimeMillis() + millis;
        State old = state;
        state = old != null && old.end > System.currentTimeMillis()
                ? new State(Math.max(end, old.end), onlyWrites && old.onlyWrites)
                : new State(end, onlyWrites);
    }

    void end() {
        state = null;
    }

    /** Returns for how many milliseconds a command must wait; 0 if it may run. */
    long waitMillis(@Nullable Command command) {
        State now = state;
        if (now == null || command == null || command.name().equals("CLIENT|UNPAUSE")) {
            return 0;
        }
        if (now.onlyWrites && !isWrite(command)) {
            return 0;
        }
        long left = now.end - System.currentTimeMillis();
        if (left <= 0) {
            state = null;
        }
        return Math.max(0, left);
    }

    /** Messages and EXEC are held up, too, since they may change something elsewhere. */
    private static boolean isWrite(Command command) {
        return command.place() == Place.LOG
                || command.name().equals("EXEC")
                || command.name().equals("PUBLISH")
                || command.name().equals("SPUBLISH");
    }
}
