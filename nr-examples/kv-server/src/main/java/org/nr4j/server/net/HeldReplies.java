package org.nr4j.server.net;

import io.netty.channel.EventLoop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.server.session.ServerState;

/**
 * Replies of an event loop that wait for the disk. A reply may show writes that a crash could still lose, those of
 * other clients among them. So it is sent once the disk has all writes that came before it. Meanwhile the loop serves
 * its connections. For the thread of the loop.
 */
public final class HeldReplies {
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
        final List<Reply> replies = new ArrayList<>();

        Group(LogIndexes seen, CompletableFuture<?> durable) {
            this.seen = seen;
            this.durable = durable;
        }
    }

    /** What a connection is to send. */
    @FunctionalInterface
    public interface Reply {
        /**
         * Sends it.
         *
         * @param lost whether the disk does not have what the reply shows: then it must not be sent
         */
        void release(boolean lost);
    }

    /** Whether a connection without held replies may send what it has. */
    public boolean isOpen() {
        return server.maySend();
    }

    /** Releases a reply once the disk has all writes so far, or has failed. */
    public void hold(Reply reply) {
        LogIndexes seen = server.seen();
        Group last = groups.peekLast();
        if (last == null || !last.seen.equals(seen)) {
            last = new Group(seen, server.whenDurable(seen));
            groups.add(last);
            CompletableFuture<?> unused = last.durable.whenComplete((result, failure) -> loop.execute(this::release));
        }
        last.replies.add(reply);
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
            for (Reply reply : first.replies) {
                reply.release(lost);
            }
            first = groups.peek();
        }
    }
}
