package org.nr4j.server.session;

import org.nr4j.server.protocol.ReplyWriter;

/** The network's side of a session. All methods but {@link #execute} are called on the thread of the connection. */
public interface Connection {
    /** Sends what a writer has. */
    void send(ReplyWriter replies);

    /** Whether the client reads what it gets: what is not sent yet is little. */
    boolean isWritable();

    /** Whether to read more requests. */
    void setReading(boolean reading);

    /** Sends what was written before, and closes the connection. */
    void close();

    /** Lets the decoder accept short requests only, until the client has authenticated. */
    void restrict(boolean restricted);

    /** Has the session's requests run in the next turn of its event loop. */
    void wake();

    /** Runs a task on the thread of the connection. For any thread. */
    void execute(Runnable task);

    /** Runs a task on the thread of the connection after some time. Returns what cancels it. */
    Runnable schedule(Runnable task, long millis);

    /** Returns the number of bytes that wait to be sent. */
    long unsentBytes();

    /** Returns the address of the client. */
    String remoteAddress();

    /** Returns the address that the client has connected to. */
    String localAddress();
}
