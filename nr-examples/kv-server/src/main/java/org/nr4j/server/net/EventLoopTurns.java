package org.nr4j.server.net;

import io.netty.channel.EventLoop;
import org.nr4j.server.session.ServerState;
import org.nr4j.server.session.Session;
import org.nr4j.server.session.Turn;

/**
 * The turns of one event loop. The loop reads what all its connections have received; then it runs the turn, as a task.
 * For the thread of the loop.
 */
public final class EventLoopTurns {
    private final ServerState server;
    private final EventLoop loop;
    private final Turn turn;
    private final HeldReplies held;

    EventLoopTurns(ServerState server, EventLoop loop) {
        this.server = server;
        this.loop = loop;
        this.turn = new Turn(server);
        this.held = new HeldReplies(server, loop);
    }

    /** Returns what all sessions share. */
    public ServerState server() {
        return server;
    }

    /** Returns the replies that wait for the disk. */
    public HeldReplies held() {
        return held;
    }

    /** Has a session's requests run in the next turn. */
    public void wake(Session session) {
        if (turn.add(session)) {
            loop.execute(turn::run);
        }
    }
}
