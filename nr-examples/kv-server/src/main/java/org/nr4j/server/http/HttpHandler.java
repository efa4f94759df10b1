package org.nr4j.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.config.Settings;
import org.nr4j.server.protocol.Ascii;

/**
 * The requests of one connection. The next one is read when the one before has its response, so responses have the
 * order of their requests.
 */
final class HttpHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOGGER = System.getLogger(HttpHandler.class.getName());
    private static final byte[] CONTINUE = Ascii.bytes("HTTP/1.1 100 Continue\r\n\r\n");

    /** How long the server takes what a client still sends, so that the client sees the response. */
    private static final long DISCARD_MILLIS = 2_000;

    private enum State {
        /** For the head of a request. */
        WAITING,
        /** For the rest of a request. */
        BODY,
        /** The request has no response yet. */
        RUNNING,
        /** The connection ends. */
        DISCARDING
    }

    private final HttpConnection connection;
    private final HttpTraffic traffic;
    private final HttpStats stats;
    private final Consumer<Exchange> router;
    private final Channel channel;
    private final Gate gate;
    private final Deadline deadline;
    private final ResponseWriter writer;

    private State state = State.WAITING;
    private @Nullable HttpRequest request;
    private ByteArrayOutputStream body = new ByteArrayOutputStream();

    /** Why the request is not let in; it has no body then. */
    private @Nullable HttpException refusal;

    private boolean inputEnded;

    /** How many bytes had come when the last response was complete. */
    private long receivedBefore;

    private long started;

    HttpHandler(
            Channel channel,
            HttpConnection connection,
            HttpTraffic traffic,
            HttpStats stats,
            Settings settings,
            Consumer<Exchange> router) {
        this.channel = channel;
        this.connection = connection;
        this.traffic = traffic;
        this.stats = stats;
        this.router = router;
        this.gate = new Gate(connection.session(), settings.longestHttpBody());
        this.deadline = new Deadline(channel.eventLoop(), settings.httpTimeoutSeconds(), this::timedOut);
        this.writer = new ResponseWriter(channel, stats, deadline);
    }

    // ---- requests ----

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (state != State.DISCARDING && message instanceof HttpRequest head) {
                begin(head);
            }
            if (state == State.BODY && message instanceof HttpContent content) {
                add(content);
            }
        } catch (HttpException e) {
            refuse(e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest head) {
        request = head;
        refusal = null;
        body = new ByteArrayOutputStream();
        state = State.BODY;
        boolean hasBody = HttpUtil.isTransferEncodingChunked(head) || Gate.announcedLength(head) > 0;
        try {
            gate.check(head);
            if (hasBody && HttpUtil.is100ContinueExpected(head)) {
                // Past the encoder, which takes it for the response.
                channel.pipeline().context(traffic).writeAndFlush(Unpooled.wrappedBuffer(CONTINUE));
            }
        } catch (HttpException e) {
            if (hasBody || head.decoderResult().isFailure()) {
                throw e;
            }
            refusal = e;
        }
    }

    private void add(HttpContent content) {
        Gate.requireDecoded(content.decoderResult());
        ByteBuf bytes = content.content();
        gate.requireBodyLength((long) body.size() + bytes.readableBytes());
        try {
            bytes.readBytes(body, bytes.readableBytes());
        } catch (IOException e) {
            throw new IllegalStateException("a stream in memory must take what it is given", e);
        }
        if (content instanceof LastHttpContent) {
            run();
        }
    }

    private void run() {
        state = State.RUNNING;
        started = System.nanoTime();
        channel.config().setAutoRead(false);
        deadline.extend();
        Exchange exchange = exchange(this::responded);
        HttpException refused = refusal;
        if (refused != null) {
            exchange.fail(refused);
        } else {
            exchange.guard(() -> router.accept(exchange));
        }
        body = new ByteArrayOutputStream();
    }

    private Exchange exchange(Consumer<Boolean> afterResponse) {
        HttpRequest head = request;
        if (head == null) {
            throw new IllegalStateException("a response must have a request");
        }
        return new Exchange(connection, writer, head, body.toByteArray(), afterResponse);
    }

    private void responded(boolean keepAlive) {
        stats.took(System.nanoTime() - started);
        if (!channel.isActive()) {
            return;
        }
        if (!keepAlive) {
            closeGently();
            return;
        }
        state = State.WAITING;
        receivedBefore = traffic.received();
        deadline.extend();
        channel.config().setAutoRead(true);
        // The next request may be there already; if it is not whole, the rest will never come.
        if (inputEnded && awaitsInput()) {
            closeGently();
        }
    }

    private boolean awaitsInput() {
        return state == State.WAITING || state == State.BODY;
    }

    // ---- the end ----

    /** Refuses a request before all of it has come. What follows cannot be told from a new request. */
    private void refuse(HttpException error) {
        state = State.DISCARDING;
        if (request == null) {
            channel.close();
        } else {
            body = new ByteArrayOutputStream();
            HttpUtil.setKeepAlive(request, false);
            exchange(keepAlive -> closeGently()).fail(error);
        }
    }

    /**
     * Closes the connection once all responses are sent. A client that still sends gets them nevertheless. The deadline
     * disconnects a client that does not read them.
     */
    private void closeGently() {
        state = State.DISCARDING;
        // An end of the output drops what is not sent yet.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> endOutput());
    }

    private void endOutput() {
        if (inputEnded || !(channel instanceof DuplexChannel duplex) || !channel.isActive()) {
            channel.close();
            return;
        }
        duplex.shutdownOutput();
        channel.config().setAutoRead(true);
        channel.eventLoop().schedule(() -> channel.close(), DISCARD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void timedOut() {
        boolean begun = state == State.BODY || (state == State.WAITING && traffic.received() > receivedBefore);
        if (!begun) {
            channel.close();
            return;
        }
        state = State.DISCARDING;
        Response late = Response.of(HttpResponseStatus.REQUEST_TIMEOUT, Response.TEXT, "the request is too slow\n");
        writer.write(late, /* keepAlive= */ false, this::closeGently);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        writer.writabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            if (awaitsInput()) {
                closeGently();
            } else if (channel instanceof DuplexChannel duplex && duplex.isOutputShutdown()) {
                channel.close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.cancel();
        connection.session().disconnected();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) { // which means that the client is gone
            LOGGER.log(
                    Level.ERROR, "a connection failed: client=" + ctx.channel().remoteAddress(), cause);
        }
        ctx.close();
    }
}
