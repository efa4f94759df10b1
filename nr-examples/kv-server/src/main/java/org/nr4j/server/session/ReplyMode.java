package org.nr4j.server.session;

import org.nr4j.server.protocol.ReplyWriter;

/** Whether a client wants replies, as CLIENT REPLY says. */
final class ReplyMode {
    private boolean off;
    private boolean skipsNext;
    private boolean skips;

    void set(boolean replies) {
        off = !replies;
        skipsNext = false;
    }

    /** Drops the reply to the command in progress, and the one to the next. */
    void skipNext() {
        skips = true;
        skipsNext = !off;
    }

    void reset() {
        off = false;
        skipsNext = false;
        skips = false;
    }

    /** Ends a reply that began at a length. Drops it if the client does not want it. */
    void endReply(ReplyWriter out, int start) {
        if (off || skips) {
            out.truncate(start);
        }
        skips = skipsNext;
        skipsNext = false;
    }
}
