package org.nr4j.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.nr4j.server.session.Connection;
import org.nr4j.server.session.Session;

/** What the connections of all protocols do alike on their channel. */
public abstract class ChannelConnection implements Connection {
    private final Channel channel;
    private final EventLoopTurns turns;

    /** Creates the connection of a channel. */
    protected ChannelConnection(Channel channel, EventLoopTurns turns) {
        this.channel = channel;
        this.turns = turns;
    }

    /** Returns the session of the connection. */
    public abstract Session session();

    /** Returns the channel. */
    protected final Channel channel() {
        return channel;
    }

    @Override
    public final void wake() {
        turns.wake(session());
    }

    @Override
    public final void execute(Runnable task) {
        channel.eventLoop().execute(task);
    }

    @Override
    public final Runnable schedule(Runnable task, long millis) {
        ScheduledFuture<?> scheduled = channel.eventLoop().schedule(task, millis, TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public long unsentBytes() {
        ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        return unsent == null ? 0 : unsent.totalPendingWriteBytes();
    }

    @Override
    public final String remoteAddress() {
        return text(channel.remoteAddress());
    }

    @Override
    public final String localAddress() {
        return text(channel.localAddress());
    }

    /** Returns an address as HOST:PORT; empty if it has none. */
    public static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress internet) {
            String host = internet.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + internet.getPort();
        }
        return "";
    }
}
