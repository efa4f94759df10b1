package org.nr4j.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.protocol.RequestDecoder;
import org.nr4j.server.session.Connection;
import org.nr4j.server.session.Session;

/** A connection over a channel. */
final class NettyConnection implements Connection {
    private final Channel channel;
    private final EventLoopTurns turns;
    private final RequestDecoder decoder;
    private final Session session;

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
        channel.writeAndFlush(buffer, channel.voidPromise());
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void setReading(boolean reading) {
        if (channel.config().isAutoRead() != reading) {
            channel.config().setAutoRead(reading);
        }
    }

    @Override
    public void close() {
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
        return channel.unsafe().outboundBuffer() == null
                ? 0
                : channel.unsafe().outboundBuffer().totalPendingWriteBytes();
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
