package org.nr4j.server.http;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.net.ChannelConnection;
import org.nr4j.server.net.EventLoopTurns;
import org.nr4j.server.protocol.ReplyReader;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.session.Session;

/**
 * A client that speaks HTTP. Its session is as that of a Redis client: a request over HTTP becomes commands of the
 * session, whose replies become the response. For the thread of the connection.
 */
final class HttpConnection extends ChannelConnection {
    private final EventLoopTurns turns;
    private final Session session;
    private List<@Nullable Object> replies = new ArrayList<>();
    private int awaited;
    private Consumer<List<@Nullable Object>> then = all -> {};

    HttpConnection(Channel channel, EventLoopTurns turns) {
        super(channel, turns);
        this.turns = turns;
        this.session = new Session(turns.server(), this);
    }

    @Override
    public Session session() {
        return session;
    }

    /** Runs commands, and then a task with their replies. Commands that only read see the store at one moment. */
    void run(List<byte[][]> commands, Consumer<List<@Nullable Object>> task) {
        replies = new ArrayList<>();
        awaited = commands.size();
        then = task;
        commands.forEach(session::enqueue);
        wake();
    }

    @Override
    public void send(ReplyWriter writer) {
        ReplyReader.readAll(writer, replies::add);
        if (replies.size() == awaited) {
            List<@Nullable Object> all = replies;
            Consumer<List<@Nullable Object>> task = then;
            awaited = 0;
            if (turns.held().isOpen()) {
                execute(() -> task.accept(all)); // after the turn, since the task may run further commands
            } else {
                turns.held().hold(lost -> release(all, task, lost));
            }
        }
    }

    /** Goes on with replies that have waited for the disk. If it failed, the client cannot be told what is on it. */
    private void release(List<@Nullable Object> all, Consumer<List<@Nullable Object>> task, boolean lost) {
        if (lost) {
            close();
        } else {
            task.accept(all);
        }
    }

    @Override
    public boolean isWritable() {
        return true; // The connection runs no command whose reply it cannot take.
    }

    @Override
    public void setReading(boolean reading) {
        // The connection reads a request when the one before has its response.
    }

    @Override
    public void close() {
        channel().close();
    }

    @Override
    public void restrict(boolean restricted) {
        // The gate refuses requests without a password before it reads their bodies.
    }
}
