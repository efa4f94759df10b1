package org.nr4j.server.session;

import org.jspecify.annotations.Nullable;
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
    volatile boolean authenticated;
    volatile long lastUsed = created;
    volatile @Nullable Command lastCommand;

    SessionInfo(long id, String remoteAddress, String localAddress) {
        this.id = id;
        this.remoteAddress = remoteAddress;
        this.localAddress = localAddress;
    }

    void reset(boolean authenticated) {
        name = "";
        database = 0;
        resp3 = false;
        this.authenticated = authenticated;
    }
}
