package org.nr4j.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.server.session.ServerState;

/**
 * Replies of an event loop that wait for the disk. A reply may show writes that a crash could still lose, those of
 * other clients among them. So it is sent once the disk has all writes that came before it. Meanwhile the loop serves
 * its connections. For the thread of the loop.
 */
final class HeldReplies {
    private static final Logger LOGGER = System.getLogger(HeldReplies.class.getName());

    private final ServerState server;
    private final EventLoop loop;

    /** In the order in which the replies were given, so that those of one connection keep theirs. */
    private final ArrayDeque<Group> groups = new ArrayDeque<>();

    HeldReplies(ServerState server, EventLoop loop) {
        this.server = server;
        this.loop = loop;
    }

    /** Replies that wait for the same writes. */
    private static final class Group {
        final LogIndexes seen;
        final CompletableFuture<?> durable;
        final List<Held> replies = new ArrayList<>();

        Group(LogIndexes seen, CompletableFuture<?> durable) {
            this.seen = seen;
            this.durable = durable;
        }
    }

    /**
     * What a connection is to send.
     *
     * @param bytes null to close the connection
     */
    private record Held(
            NettyConnection connection, @Nullable ByteBuf bytes) {}

    /** Whether a connection without held replies may send what it has. */
    boolean isOpen() {
        return server.maySend();
    }

    /** Sends bytes, or closes the connection if they are null, once the disk has all writes so far. */
    void hold(NettyConnection connection, @Nullable ByteBuf bytes) {
        LogIndexes seen = server.seen();
        Group last = groups.peekLast();
        if (last == null || !last.seen.equals(seen)) {
            last = new Group(seen, server.whenDurable(seen));
            groups.add(last);
            CompletableFuture<?> unused = last.durable.whenComplete((result, failure) -> loop.execute(this::release));
        }
        last.replies.add(new Held(connection, bytes));
    }

    private void release() {
        Group first = groups.peek();
        while (first != null && first.durable.isDone()) {
            groups.remove();
            boolean lost = first.durable.isCompletedExceptionally();
            if (lost) {
                LOGGER.log(
                        Level.ERROR,
                        "the disk has failed: the clients that wait for it are disconnected, since their writes may be "
                                + "lost: replies={0}",
                        first.replies.size());
            }
            for (Held held : first.replies) {
                held.connection.release(held.bytes, lost);
            }
            first = groups.peek();
        }
    }
}
