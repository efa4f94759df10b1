package org.nr4j.server.protocol;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the requests of one connection, in one pass. It takes whatever bytes have come, and keeps what is not a whole
 * request yet. A request that is announced costs memory only as its bytes arrive. For one thread.
 */
public final class RequestDecoder {
    /** The longest line: an inline request, or the announcement of a length. */
    static final int LONGEST_LINE = 64 << 10;

    /** How many arguments a request may have. */
    static final int MOST_ARGUMENTS = 1 << 20;

    /** What a connection may send before it has authenticated. */
    private static final int UNAUTHENTICATED_ARGUMENTS = 10;

    private static final int UNAUTHENTICATED_LENGTH = 16 << 10;

    private static final int FIRST_CHUNK = 16 << 10;
    private static final byte[] NOTHING = new byte[0];

    private final Consumer<byte[][]> requests;
    private final int longestArgument;
    private final long longestRequest;
    private boolean restricted;

    /** A line whose end has not come. */
    private byte[] line = NOTHING;

    private int lineLength;

    /** How many bytes to pass over: the end of a line or of an argument. */
    private int skip;

    /** The arguments of the current request, and how many are still to come. */
    private final List<byte[]> arguments = new ArrayList<>();

    private int missing;
    private long requestLength;

    /** The current argument; null between arguments. */
    private byte @Nullable [] argument;

    private int argumentLength;
    private int filled;

    /**
     * Creates a decoder.
     *
     * @param requests receives each request, which has at least one argument
     * @param longestArgument how many bytes an argument may have
     * @param longestRequest how many bytes all arguments of a request may have
     */
    public RequestDecoder(Consumer<byte[][]> requests, int longestArgument, long longestRequest) {
        this.requests = requests;
        this.longestArgument = longestArgument;
        this.longestRequest = longestRequest;
    }

    /** Sets whether the connection has still to authenticate, and may send short requests only. */
    public void restrict(boolean restricted) {
        this.restricted = restricted;
    }

    /**
     * Takes all bytes of a buffer.
     *
     * @throws ProtocolException if they are no requests; the decoder is then of no more use
     */
    public void feed(ByteBuf in) {
        while (in.isReadable()) {
            if (skip > 0) {
                int skipped = Math.min(skip, in.readableBytes());
                in.skipBytes(skipped);
                skip -= skipped;
            } else if (argument != null) {
                fill(argument, in);
            } else if (missing > 0) {
                announceArgument(in);
            } else if (firstByte(in) == '*') {
                announceRequest(in);
            } else {
                inline(in);
            }
        }
    }

    private int firstByte(ByteBuf in) {
        return lineLength > 0 ? line[0] : in.getByte(in.readerIndex());
    }

    // ---- lines ----

    /** Reads up to a delimiter, and drops it. Returns null if the delimiter has not come. */
    private byte @Nullable [] readLine(ByteBuf in, int delimiter, String tooLong) {
        int length = in.bytesBefore((byte) delimiter);
        int taken = length < 0 ? in.readableBytes() : length;
        if (lineLength + taken > LONGEST_LINE) {
            throw new ProtocolException(tooLong);
        }
        if (line.length < lineLength + taken) {
            line = Arrays.copyOf(line, Math.max(lineLength + taken, 2 * line.length));
        }
        in.readBytes(line, lineLength, taken);
        lineLength += taken;
        if (length < 0) {
            return null;
        }
        in.skipBytes(1);
        return line;
    }

    /** Returns the number after the first byte of the line, and ends the line; null if it is no number. */
    private @Nullable Long takeNumber() {
        Long number = Numbers.isLong(line, 1, lineLength) ? Numbers.parseLong(line, 1, lineLength) : null;
        lineLength = 0;
        skip = 1;
        return number;
    }

    private void inline(ByteBuf in) {
        byte[] read = readLine(in, '\n', "Protocol error: too big inline request");
        if (read == null) {
            return;
        }
        int length = lineLength > 0 && read[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
        lineLength = 0;
        byte[][] words = InlineParser.split(Arrays.copyOf(read, length));
        if (words == null) {
            throw new ProtocolException("Protocol error: unbalanced quotes in request");
        }
        if (words.length > 0) {
            requests.accept(words);
        }
    }

    // ---- requests ----

    private void announceRequest(ByteBuf in) {
        if (readLine(in, '\r', "Protocol error: too big mbulk count string") == null) {
            return;
        }
        Long count = takeNumber();
        if (count == null || count > MOST_ARGUMENTS) {
            throw new ProtocolException("Protocol error: invalid multibulk length");
        }
        if (restricted && count > UNAUTHENTICATED_ARGUMENTS) {
            throw new ProtocolException("Protocol error: unauthenticated multibulk length");
        }
        missing = (int) Math.max(0, count);
        requestLength = 0;
    }

    private void announceArgument(ByteBuf in) {
        int first = firstByte(in);
        if (readLine(in, '\r', "Protocol error: too big bulk count string") == null) {
            return;
        }
        if (first != '$') {
            throw new ProtocolException("Protocol error: expected '$', got '" + (char) (first & 0xFF) + "'");
        }
        Long length = takeNumber();
        if (length == null || length < 0 || length > longestArgument) {
            throw new ProtocolException("Protocol error: invalid bulk length");
        }
        if (restricted && length > UNAUTHENTICATED_LENGTH) {
            throw new ProtocolException("Protocol error: unauthenticated bulk length");
        }
        requestLength += length;
        if (requestLength > longestRequest) {
            throw new ProtocolException("Protocol error: request too long");
        }
        argumentLength = (int) (long) length;
        argument = argumentLength == 0 ? NOTHING : new byte[Math.min(argumentLength, FIRST_CHUNK)];
        filled = 0;
        endIfFull(argument);
    }

    private void fill(byte[] started, ByteBuf in) {
        byte[] target = started;
        if (filled == target.length) {
            target = Arrays.copyOf(target, (int) Math.min(argumentLength, 2L * target.length));
            argument = target;
        }
        int taken = Math.min(in.readableBytes(), target.length - filled);
        in.readBytes(target, filled, taken);
        filled += taken;
        endIfFull(target);
    }

    private void endIfFull(byte[] full) {
        if (filled < argumentLength) {
            return;
        }
        skip += 2;
        argument = null;
        arguments.add(full);
        if (--missing == 0) {
            byte[][] request = arguments.toArray(new byte[0][]);
            arguments.clear();
            requests.accept(request);
        }
    }
}
