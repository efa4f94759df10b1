package org.nr4j.server.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.config.Settings;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.session.ServerState;

/** Accepts connections and serves them on one event loop a core. */
public final class RespServer implements AutoCloseable {
    private static final int BACKLOG = 1_024;

    /** Above the high mark, no requests of the client run; below the low one, they go on. */
    private static final WriteBufferWaterMark OUTPUT = new WriteBufferWaterMark(64 << 10, 1 << 20);

    private final ServerState server;
    private final EventLoopGroup loops;
    private final Map<EventLoop, EventLoopTurns> turns = new ConcurrentHashMap<>();
    private final ChannelGroup connections =
            new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, /* stayClosed= */ true);
    private final List<Channel> plain = new ArrayList<>();
    private final List<Channel> encrypted = new ArrayList<>();

    private final @Nullable SslContext tls;

    private RespServer(ServerState server) {
        this.server = server;
        this.tls = server.settings().tlsPort() == 0 ? null : Tls.read(server.settings());
        this.loops = IoThreads.create(server.settings());
    }

    /**
     * Starts to serve.
     *
     * @throws IllegalStateException if an address cannot be bound to
     */
    public static RespServer start(ServerState server) {
        Settings settings = server.settings();
        RespServer started = new RespServer(server);
        try {
            for (String address : settings.bindAddresses()) {
                if (settings.servesPlain()) {
                    int port = started.plain.isEmpty()
                            ? settings.port()
                            : started.address().getPort();
                    started.plain.add(started.listen(address, port, null));
                }
                if (started.tls != null) {
                    started.encrypted.add(started.listen(address, settings.tlsPort(), started.tls));
                }
            }
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
        return started;
    }

    private Channel listen(String address, int port, @Nullable SslContext tls) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(channelType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, OUTPUT)
                .childHandler(new Initializer(tls));
        try {
            return bootstrap
                    .bind(new InetSocketAddress(address, port))
                    .syncUninterruptibly()
                    .channel();
        } catch (Exception e) { // Netty throws the checked exception of the bind
            throw new IllegalStateException(
                    "the server must be able to bind to its address: address=" + address + " port=" + port + " problem="
                            + e.getMessage() + "; choose another port, or --port 0",
                    e);
        }
    }

    /** Returns the first address on which the server listens: for TLS if it serves nothing else. */
    public InetSocketAddress address() {
        return addressOf(plain.isEmpty() ? encrypted : plain);
    }

    /** Returns the first address on which the server listens for TLS; null if it does not. */
    public @Nullable InetSocketAddress tlsAddress() {
        return encrypted.isEmpty() ? null : addressOf(encrypted);
    }

    private static InetSocketAddress addressOf(List<Channel> channels) {
        return (InetSocketAddress) channels.get(0).localAddress();
    }

    /** Returns the event loops. Servers of other protocols share them. */
    public EventLoopGroup eventLoops() {
        return loops;
    }

    /** Returns the type of the channels that listen on these event loops. */
    public static Class<? extends ServerChannel> channelType() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Returns what encrypts connections; null without TLS. */
    public @Nullable SslContext tls() {
        return tls;
    }

    /** Has a connection closed with the server. */
    public void closeAtEnd(Channel connection) {
        connections.add(connection);
    }

    /** Returns the turns of an event loop. */
    public EventLoopTurns turns(EventLoop loop) {
        return turns.computeIfAbsent(loop, key -> new EventLoopTurns(server, key));
    }

    /** Sets up new connections, unless there are too many. */
    private final class Initializer extends ChannelInitializer<Channel> {
        private final @Nullable SslContext tls;

        Initializer(@Nullable SslContext tls) {
            this.tls = tls;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (server.clientCount() >= server.settings().mostClients()) {
                server.stats().refused();
                channel.writeAndFlush(Unpooled.wrappedBuffer(Ascii.bytes("-ERR max number of clients reached\r\n")))
                        .addListener(ChannelFutureListener.CLOSE);
                return;
            }
            server.stats().connected();
            closeAtEnd(channel);
            if (tls != null) {
                channel.pipeline().addLast(tls.newHandler(channel.alloc()));
            }
            channel.pipeline().addLast(new ConnectionHandler(turns(channel.eventLoop())));
        }
    }

    /** Closes all connections. Returns when no event loop uses the store any more. */
    @Override
    public void close() {
        plain.forEach(channel -> channel.close().syncUninterruptibly());
        encrypted.forEach(channel -> channel.close().syncUninterruptibly());
        server.awaitDurable();
        connections.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
