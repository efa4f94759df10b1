package org.nr4j.kv.internal.reconcile.wire;

import java.util.ArrayList;
import java.util.List;
import org.nr4j.kv.reconcile.ReconcileException;

/**
 * A frame: what a transport carries in one piece.
 *
 * @param kind {@link Messages#REQUEST}, {@link Messages#ANSWER} or {@link Messages#REFUSAL}
 * @param session the number of the session
 * @param number the number of the request in its session
 * @param detail of a request, the largest size of its answer; of a refusal, its reason; of an answer, 0
 * @param messages the messages, those of unknown types included
 */
public record Frame(int kind, long session, long number, int detail, List<Message> messages) {
    /** The largest number of messages of a frame. */
    private static final int MOST_MESSAGES = 1 << 16;

    /** A message: its type and its body. */
    public record Message(int type, WireInput body) {}

    /** Encodes a frame. */
    public static byte[] encode(int kind, long session, long number, int detail, WireOutput messages) {
        WireOutput frame = new WireOutput();
        frame.writeByte(Messages.VERSION).writeByte(kind).writeLong(session).writeNumber(number);
        frame.writeNumber(detail).writeNumber(messages.size()).writeAll(messages);
        return frame.toByteArray();
    }

    /** Returns the version of a frame; 0 if it has none. */
    public static int versionOf(byte[] frame) {
        return frame.length == 0 ? 0 : frame[0];
    }

    /**
     * Decodes a frame of this version. The messages refer to the array.
     *
     * @throws ReconcileException if it is not one, or is incomplete, or has bytes behind its end
     */
    public static Frame decode(byte[] bytes) {
        WireInput input = new WireInput(bytes);
        int version = input.readByte();
        if (version != Messages.VERSION) {
            throw input.malformed("a frame must have this version: version=" + version + " known=" + Messages.VERSION);
        }
        int kind = input.readByte();
        if (kind < Messages.REQUEST || kind > Messages.REFUSAL) {
            throw input.malformed("a frame must be of a known kind: kind=" + kind);
        }
        long session = input.readLong();
        long number = input.readNumber();
        int detail = input.readNumber(0, Integer.MAX_VALUE);
        int length = input.readNumber(0, Integer.MAX_VALUE);
        if (length != input.remaining()) {
            throw input.malformed("a frame must be complete: length=" + length + " remaining=" + input.remaining());
        }
        List<Message> messages = new ArrayList<>();
        while (!input.isAtEnd()) {
            int type = input.readNumber(0, Integer.MAX_VALUE);
            messages.add(new Message(type, input.readPart(input.readNumber(0, Integer.MAX_VALUE))));
            if (messages.size() > MOST_MESSAGES) {
                throw input.malformed("a frame must have at most " + MOST_MESSAGES + " messages");
            }
        }
        return new Frame(kind, session, number, detail, messages);
    }
}
