package org.nr4j.server.session;

import org.jspecify.annotations.Nullable;
import org.nr4j.server.acl.Acl;
import org.nr4j.server.acl.User;
import org.nr4j.server.command.Command;

/** What describes a session. Its connection's thread writes it; others read it, perhaps a little late. */
final class SessionInfo {
    final long id;
    final String remoteAddress;
    final String localAddress;
    final long created = System.currentTimeMillis();
    volatile String name = "";
    volatile String library = "";
    volatile String libraryVersion = "";
    volatile int database;
    volatile boolean resp3;

    /** The user as which the client is logged in; null if it is not. */
    volatile @Nullable User user;

    volatile long lastUsed = created;
    volatile @Nullable Command lastCommand;

    /** Returns the name of the user; that of the default one if the client is not logged in. */
    String userName() {
        User current = user;
        return current == null ? Acl.DEFAULT : current.name();
    }

    SessionInfo(long id, String remoteAddress, String localAddress) {
        this.id = id;
        this.remoteAddress = remoteAddress;
        this.localAddress = localAddress;
    }

    void reset(@Nullable User user) {
        name = "";
        database = 0;
        resp3 = false;
        this.user = user;
    }
}
