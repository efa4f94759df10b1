package org.nr4j.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/** Counts the bytes of a channel, and keeps the channel from reading on after the end of its input. */
final class HttpTraffic extends ChannelDuplexHandler {
    private final HttpStats stats;
    private long received;
    private boolean inputEnded;

    HttpTraffic(HttpStats stats) {
        this.stats = stats;
    }

    /** Returns how many bytes have come. */
    long received() {
        return received;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        int bytes = ((ByteBuf) message).readableBytes();
        received += bytes;
        stats.received(bytes);
        context.fireChannelRead(message);
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (!inputEnded) {
            context.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        inputEnded |= event instanceof ChannelInputShutdownEvent;
        context.fireUserEventTriggered(event);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            stats.sent(bytes.readableBytes());
        }
        context.write(message, promise);
    }
}
