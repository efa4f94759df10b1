package org.nr4j.server.acl;

import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Command;

/** A user, with rights that may change while clients are logged in as this user. For any number of threads. */
public final class User {
    private final String name;
    private volatile Rights rights;

    /** Whether the user may do everything, so that most commands need no further check. */
    private volatile boolean unrestricted;

    User(String name, Rights rights) {
        this.name = name;
        this.rights = rights;
        this.unrestricted = rights.isUnrestricted();
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns the rights. */
    public Rights rights() {
        return rights;
    }

    void rights(Rights rights) {
        this.rights = rights;
        this.unrestricted = rights.isUnrestricted();
    }

    /** Whether the user may do everything. */
    public boolean isUnrestricted() {
        return unrestricted;
    }

    /** Returns why the user may not run a command; null if the user may. */
    public @Nullable Denial check(Command command, byte[][] arguments) {
        return unrestricted ? null : rights.check(command, arguments);
    }
}
