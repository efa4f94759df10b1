package org.nr4j.server.acl;

import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Command;

/** A user, with rights that may change while clients are logged in as this user. For any number of threads. */
public final class User {
    private final String name;
    private volatile State state;

    /**
     * Rights, and whether they allow everything, so that most commands need no further check. The two change together.
     */
    private record State(Rights rights, boolean unrestricted) {
        static State of(Rights rights) {
            return new State(rights, rights.isUnrestricted());
        }
    }

    User(String name, Rights rights) {
        this.name = name;
        this.state = State.of(rights);
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns the rights. */
    public Rights rights() {
        return state.rights;
    }

    void rights(Rights rights) {
        state = State.of(rights);
    }

    /** Whether the user may do everything. */
    public boolean isUnrestricted() {
        return state.unrestricted;
    }

    /** Returns why the user may not run a command; null if the user may. */
    public @Nullable Denial check(Command command, byte[][] arguments) {
        State now = state;
        return now.unrestricted ? null : now.rights.check(command, arguments);
    }
}
