package org.nr4j.server.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.nr4j.server.net.RespServer;
import org.nr4j.server.session.ServerState;

/** Accepts connections of clients that speak HTTP, on the event loops of the Redis clients. */
public final class HttpServer implements AutoCloseable {
    private static final int BACKLOG = 1_024;
    private static final int LONGEST_LINE = 256 << 10;
    private static final int LONGEST_HEADERS = 16 << 10;

    /** Above the high mark, no more of a response is written; below the low one, it goes on. */
    private static final WriteBufferWaterMark OUTPUT = new WriteBufferWaterMark(64 << 10, 256 << 10);

    private final ServerState server;
    private final RespServer loops;
    private final HttpStats stats = new HttpStats();
    private final Consumer<Exchange> router;
    private final List<Channel> listening = new ArrayList<>();

    private HttpServer(ServerState server, RespServer loops, RouterFactory routers) {
        this.server = server;
        this.loops = loops;
        this.router = routers.create(stats);
    }

    /** Creates what answers the requests. */
    @FunctionalInterface
    public interface RouterFactory {
        /** Creates it for a server that has these figures. */
        Consumer<Exchange> create(HttpStats stats);
    }

    /**
     * Starts to serve on the port of the settings, which must name one.
     *
     * @throws IllegalStateException if an address cannot be bound to
     */
    public static HttpServer start(ServerState server, RespServer loops, RouterFactory routers) {
        HttpServer started = new HttpServer(server, loops, routers);
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
        int port =
                listening.isEmpty() ? server.settings().httpPort() : address().getPort();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.eventLoops())
                .channel(RespServer.channelType())
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
                    "the server must be able to bind to its address for HTTP: address=" + address + " port=" + port
                            + " problem=" + e.getMessage() + "; choose another --http-port, or --http-port off",
                    e);
        }
    }

    /** Returns the first address on which the server listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.get(0).localAddress();
    }

    /** Sets up new connections, unless there are too many. */
    private final class Initializer extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            if (server.clientCount() >= server.settings().mostClients()) {
                server.stats().refused();
                channel.close();
                return;
            }
            server.stats().connected();
            loops.closeAtEnd(channel);
            if (loops.tls() != null && !server.settings().servesPlain()) {
                channel.pipeline().addLast(loops.tls().newHandler(channel.alloc()));
            }
            HttpTraffic traffic = new HttpTraffic(stats);
            HttpDecoderConfig limits = new HttpDecoderConfig()
                    .setMaxInitialLineLength(LONGEST_LINE)
                    .setMaxHeaderSize(LONGEST_HEADERS);
            channel.pipeline().addLast(traffic, new HttpServerCodec(limits), new FlowControlHandler());
            HttpConnection connection = new HttpConnection(channel, loops.turns(channel.eventLoop()));
            channel.pipeline().addLast(new HttpHandler(channel, connection, traffic, stats, server.settings(), router));
        }
    }

    /** Accepts no more connections. Those that are open are closed with the event loops. */
    @Override
    public void close() {
        listening.forEach(channel -> channel.close().syncUninterruptibly());
    }
}
