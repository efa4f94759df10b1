package org.nr4j.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.protocol.RequestDecoder;
import org.nr4j.server.session.Connection;
import org.nr4j.server.session.Session;

/** A connection over a channel. */
final class NettyConnection implements Connection {
    /** With so many bytes that wait for the disk, no more requests of the client run. */
    private static final long MOST_HELD = 1 << 20;

    private final Channel channel;
    private final EventLoopTurns turns;
    private final RequestDecoder decoder;
    private final Session session;

    /** How many replies wait for the disk, and how long they are. */
    private int held;

    private long heldBytes;

    /** Whether the connection is closed once they are sent. */
    private boolean closing;

    NettyConnection(Channel channel, EventLoopTurns turns) {
        this.channel = channel;
        this.turns = turns;
        this.session = new Session(turns.server(), this);
        this.decoder = new RequestDecoder(
                session::enqueue,
                turns.server().settings().longestArgument(),
                turns.server().settings().longestRequest());
        decoder.restrict(!session.isLoggedIn());
    }

    Session session() {
        return session;
    }

    RequestDecoder decoder() {
        return decoder;
    }

    @Override
    public void send(ReplyWriter replies) {
        ByteBuf buffer = channel.alloc().directBuffer(replies.length());
        buffer.writeBytes(replies.array(), 0, replies.length());
        if (held == 0 && turns.held().isOpen()) {
            channel.writeAndFlush(buffer, channel.voidPromise());
        } else {
            held++;
            heldBytes += buffer.readableBytes();
            turns.held().hold(this, buffer);
        }
    }

    /**
     * Sends what was held, or closes the connection.
     *
     * @param bytes null to close
     * @param lost whether the disk does not have what the bytes show: then they must not be sent
     */
    void release(@Nullable ByteBuf bytes, boolean lost) {
        held--;
        if (bytes == null) {
            closeNow();
            return;
        }
        boolean wasFull = !isWritable();
        heldBytes -= bytes.readableBytes();
        if (lost) {
            bytes.release();
            channel.close();
        } else {
            channel.writeAndFlush(bytes, channel.voidPromise());
            if (wasFull && isWritable()) {
                turns.wake(session);
            }
        }
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable() && heldBytes <= MOST_HELD;
    }

    @Override
    public void setReading(boolean reading) {
        if (channel.config().isAutoRead() != reading) {
            channel.config().setAutoRead(reading);
        }
    }

    @Override
    public void close() {
        if (held == 0) {
            closeNow();
        } else if (!closing) {
            closing = true;
            held++;
            turns.held().hold(this, null);
        }
    }

    private void closeNow() {
        channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void restrict(boolean restricted) {
        decoder.restrict(restricted);
    }

    @Override
    public void wake() {
        turns.wake(session);
    }

    @Override
    public void execute(Runnable task) {
        channel.eventLoop().execute(task);
    }

    @Override
    public Runnable schedule(Runnable task, long millis) {
        ScheduledFuture<?> scheduled = channel.eventLoop().schedule(task, millis, TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public long unsentBytes() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return heldBytes + (buffer == null ? 0 : buffer.totalPendingWriteBytes());
    }

    @Override
    public String remoteAddress() {
        return text(channel.remoteAddress());
    }

    @Override
    public String localAddress() {
        return text(channel.localAddress());
    }

    static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress internet) {
            String host = internet.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + internet.getPort();
        }
        return "";
    }
}
