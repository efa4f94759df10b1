package org.nr4j.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.protocol.RequestDecoder;
import org.nr4j.server.session.Session;

/** A connection of a Redis client over a channel. */
final class NettyConnection extends ChannelConnection {
    private final RequestDecoder decoder;
    private final Session session;

    NettyConnection(Channel channel, EventLoopTurns turns) {
        super(channel, turns);
        this.session = new Session(turns.server(), this);
        this.decoder = new RequestDecoder(
                session::enqueue,
                turns.server().settings().longestArgument(),
                turns.server().settings().longestRequest());
        decoder.restrict(turns.server().settings().requiresPassword());
    }

    @Override
    public Session session() {
        return session;
    }

    RequestDecoder decoder() {
        return decoder;
    }

    @Override
    public void send(ReplyWriter replies) {
        ByteBuf buffer = channel().alloc().directBuffer(replies.length());
        buffer.writeBytes(replies.array(), 0, replies.length());
        channel().writeAndFlush(buffer, channel().voidPromise());
        session.counters().sent(replies.length());
    }

    @Override
    public boolean isWritable() {
        return channel().isWritable();
    }

    @Override
    public void setReading(boolean reading) {
        if (channel().config().isAutoRead() != reading) {
            channel().config().setAutoRead(reading);
        }
    }

    @Override
    public void close() {
        channel().writeAndFlush(channel().alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void restrict(boolean restricted) {
        decoder.restrict(restricted);
    }
}
