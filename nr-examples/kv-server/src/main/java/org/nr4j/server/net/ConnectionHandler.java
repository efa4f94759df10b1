package org.nr4j.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.protocol.ProtocolException;
import org.nr4j.server.session.Session;

/** Passes what a channel receives to its session. */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOGGER = System.getLogger(ConnectionHandler.class.getName());

    private final EventLoopTurns turns;
    private @Nullable NettyConnection connection;
    private boolean failed;

    ConnectionHandler(EventLoopTurns turns) {
        this.turns = turns;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connection = new NettyConnection(context.channel(), turns);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (connection != null && !failed) {
                turns.server().stats().received(in.readableBytes());
                connection.decoder().feed(in);
            }
        } catch (ProtocolException e) {
            failed = true;
            connection.session().failAfterRequests(String.valueOf(e.getMessage()));
        } finally {
            in.release();
        }
        wake();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        wake();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && connection != null) {
            connection.session().endAfterRequests();
            wake();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (connection != null) {
            Session session = connection.session();
            connection = null;
            session.disconnected();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause.getCause() instanceof SSLException) {
            LOGGER.log(
                    Level.INFO,
                    "a client must speak TLS and have a certificate that is trusted: client={0} problem={1}",
                    context.channel().remoteAddress(),
                    // The message of the first has what the client sent, perhaps a password.
                    cause.getCause() instanceof NotSslRecordException
                            ? "no TLS"
                            : cause.getCause().getMessage());
        } else if (!(cause instanceof IOException)) { // which means that the client is gone
            LOGGER.log(
                    Level.ERROR,
                    "a connection failed: client=" + context.channel().remoteAddress(),
                    cause);
        }
        context.close();
    }

    private void wake() {
        if (connection != null) {
            turns.wake(connection.session());
        }
    }
}
