package org.nr4j.server.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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
    private final List<Channel> listening = new ArrayList<>();

    private RespServer(ServerState server) {
        this.server = server;
        int count = server.settings().eventLoops();
        IoHandlerFactory factory = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        this.loops = new MultiThreadIoEventLoopGroup(
                count == 0 ? Runtime.getRuntime().availableProcessors() : count, factory);
    }

    /**
     * Starts to serve.
     *
     * @throws IllegalStateException if an address cannot be bound to
     */
    public static RespServer start(ServerState server) {
        RespServer started = new RespServer(server);
        try {
            for (String address : server.settings().bindAddresses()) {
                started.listen(address);
            }
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
        return started;
    }

    private void listen(String address) {
        int port = listening.isEmpty() ? server.settings().port() : address().getPort();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(channelType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, OUTPUT)
                .childHandler(new Initializer());
        try {
            listening.add(bootstrap
                    .bind(new InetSocketAddress(address, port))
                    .syncUninterruptibly()
                    .channel());
        } catch (Exception e) { // Netty throws the checked exception of the bind
            throw new IllegalStateException(
                    "the server must be able to bind to its address: address=" + address + " port=" + port + " problem="
                            + e.getMessage() + "; choose another port, or --port 0",
                    e);
        }
    }

    /** Returns the first address on which the server listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.get(0).localAddress();
    }

    /** Returns the event loops. Servers of other protocols share them. */
    public EventLoopGroup eventLoops() {
        return loops;
    }

    /** Returns the type of the channels that listen on these event loops. */
    public static Class<? extends ServerChannel> channelType() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Returns the turns of an event loop. */
    public EventLoopTurns turns(EventLoop loop) {
        return turns.computeIfAbsent(loop, key -> new EventLoopTurns(server, key));
    }

    /** Sets up new connections, unless there are too many. */
    private final class Initializer extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            if (server.clientCount() >= server.settings().mostClients()) {
                server.stats().refused();
                channel.writeAndFlush(Unpooled.wrappedBuffer(Ascii.bytes("-ERR max number of clients reached\r\n")))
                        .addListener(ChannelFutureListener.CLOSE);
                return;
            }
            server.stats().connected();
            channel.pipeline().addLast(new ConnectionHandler(turns(channel.eventLoop())));
        }
    }

    /** Closes all connections. Returns when no event loop uses the store any more. */
    @Override
    public void close() {
        listening.forEach(channel -> channel.close().syncUninterruptibly());
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
