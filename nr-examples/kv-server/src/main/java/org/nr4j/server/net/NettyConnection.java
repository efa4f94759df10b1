package org.nr4j.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.protocol.RequestDecoder;
import org.nr4j.server.session.Session;

/** A connection of a Redis client over a channel. */
final class NettyConnection extends ChannelConnection {
    /** With so many bytes that wait for the disk, no more requests of the client run. */
    private static final long MOST_HELD = 1 << 20;

    private final EventLoopTurns turns;
    private final RequestDecoder decoder;
    private final Session session;

    /** How many replies wait for the disk, and how long they are. */
    private int held;

    private long heldBytes;

    /** Whether the connection is closed once they are sent. */
    private boolean closing;

    NettyConnection(Channel channel, EventLoopTurns turns) {
        super(channel, turns);
        this.turns = turns;
        this.session = new Session(turns.server(), this);
        this.decoder = new RequestDecoder(
                session::enqueue,
                turns.server().settings().longestArgument(),
                turns.server().settings().longestRequest());
        decoder.restrict(!session.isLoggedIn());
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
        turns.server().stats().sent(replies.length());
        if (held == 0 && turns.held().isOpen()) {
            channel().writeAndFlush(buffer, channel().voidPromise());
        } else {
            held++;
            heldBytes += buffer.readableBytes();
            turns.held().hold(lost -> release(buffer, lost));
        }
    }

    private void release(ByteBuf bytes, boolean lost) {
        held--;
        boolean wasFull = !isWritable();
        heldBytes -= bytes.readableBytes();
        if (lost) {
            bytes.release();
            channel().close();
        } else {
            channel().writeAndFlush(bytes, channel().voidPromise());
            if (wasFull && isWritable()) {
                turns.wake(session);
            }
        }
    }

    @Override
    public boolean isWritable() {
        return channel().isWritable() && heldBytes <= MOST_HELD;
    }

    @Override
    public void setReading(boolean reading) {
        if (channel().config().isAutoRead() != reading) {
            channel().config().setAutoRead(reading);
        }
    }

    @Override
    public void close() {
        if (held == 0) {
            closeNow();
        } else if (!closing) {
            closing = true;
            held++;
            turns.held().hold(lost -> closeNow());
        }
    }

    private void closeNow() {
        channel().writeAndFlush(channel().alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void restrict(boolean restricted) {
        decoder.restrict(restricted);
    }

    @Override
    public long unsentBytes() {
        return heldBytes + super.unsentBytes();
    }
}
