package org.nr4j.kv.internal.reconcile.answer;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;
import org.nr4j.kv.internal.reconcile.view.Counters;
import org.nr4j.kv.internal.reconcile.view.Digests;
import org.nr4j.kv.internal.reconcile.view.EntryPacker;
import org.nr4j.kv.internal.reconcile.view.Run;
import org.nr4j.kv.internal.reconcile.view.SnapshotView;
import org.nr4j.kv.internal.reconcile.view.Span;
import org.nr4j.kv.internal.reconcile.wire.Frame;
import org.nr4j.kv.internal.reconcile.wire.Messages;
import org.nr4j.kv.internal.reconcile.wire.Part;
import org.nr4j.kv.internal.reconcile.wire.Summary;
import org.nr4j.kv.internal.reconcile.wire.WireInput;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;
import org.nr4j.kv.reconcile.ReconcileException;
import org.nr4j.kv.reconcile.ReconcileOptions;

/**
 * The responder's side of one session. An answer depends on the snapshot and the request only, so a repeated request is
 * harmless. For one thread at a time.
 *
 * <p><b>Bounded work</b>: an answer has a largest size. The answerer stops once the answer is full, and the initiator
 * asks for the rest again.
 */
public final class Answerer {
    private static final byte[] NO_BYTES = {};

    /** What an answer needs beyond the messages. */
    private static final int FRAME_BYTES = 40;

    /** The least room for entries behind other answers. */
    private static final int LEAST_ROOM = 512;

    private final SnapshotView view;
    private final ReconcileOptions options;
    private final Counters counters;
    private final PushReceiver pushes;
    private final Span span;

    /** The value that was last read in pieces, and its key. */
    private byte[] pieceKey = NO_BYTES;

    private byte @Nullable [] pieceValue;

    private Answerer(SnapshotView view, ReconcileOptions options, Counters counters, PushReceiver pushes, Span span) {
        this.view = view;
        this.options = options;
        this.counters = counters;
        this.pushes = pushes;
        this.span = span;
    }

    /**
     * Begins a session.
     *
     * @param allowed the range that a session may have
     * @param open the body of the request that opens the session
     * @throws ReconcileException if the request is malformed, or of another range
     */
    static Answerer open(
            SnapshotView view,
            ReconcileOptions options,
            Counters counters,
            PushReceiver pushes,
            Span allowed,
            WireInput open) {
        byte[] low = open.readKey(NO_BYTES);
        Span span = new Span(low, open.readEnd(low));
        open.readSummary();
        open.requireEnd();
        if (!allowed.containsAll(span)) {
            throw new ReconcileException("a session must be about an allowed range: asked=" + span.range() + " allowed="
                    + allowed.range() + "; open a session for a part of the allowed range");
        }
        return new Answerer(view, options, counters, pushes, span);
    }

    /** Answers the messages of a request. */
    WireOutput answer(Frame request) {
        int asked = Math.min(request.detail(), options.transferLimit()) - FRAME_BYTES;
        int limit = Math.max(asked, 1);
        WireOutput out = new WireOutput();
        List<Frame.Message> messages = request.messages();
        for (int index = 0; index < messages.size() && (index == 0 || out.size() < limit); index++) {
            WireOutput body = new WireOutput().writeNumber(index);
            Frame.Message message = messages.get(index);
            boolean done = answer(message.type(), message.body(), body, limit - out.size(), out.size() > 0);
            if (!done) {
                break;
            }
            out.writeMessage(message.type() + Messages.ANSWER_TO, body);
        }
        return out;
    }

    /** Answers one message. Returns false if the answer does not fit. */
    private boolean answer(int type, WireInput in, WireOutput out, int limit, boolean mayStop) {
        return switch (type) {
            case Messages.OPEN -> {
                out.writeSummary(view.summary(span));
                yield true;
            }
            case Messages.COMPARE -> compare(in, out, limit, mayStop);
            case Messages.LIST -> list(in, out, limit, mayStop);
            case Messages.FETCH -> fetch(in, out, limit, mayStop);
            case Messages.FETCH_PIECE -> piece(in, out, limit, mayStop);
            case Messages.PUSH -> {
                pushes.push(in, out, span);
                yield true;
            }
            case Messages.PUSH_PIECE -> {
                pushes.piece(in, out, span);
                yield true;
            }
            default -> true; // unknown: the answer has no more than the index
        };
    }

    // ---- comparisons ----

    private boolean compare(WireInput in, WireOutput out, int limit, boolean mayStop) {
        byte[] low = in.readKey(NO_BYTES);
        List<Part> parts = in.readParts(low);
        in.requireEnd();
        requireInside(new Span(low, parts.get(parts.size() - 1).end()));
        WireOutput differences = new WireOutput();
        int handled = 0;
        int previous = 0;
        for (Part part : parts) {
            Span each = new Span(low, part.end());
            Summary own = view.summary(each);
            if (!counters.compared(own.equals(part.summary()))) {
                WireOutput difference = new WireOutput().writeNumber(handled - previous);
                describe(each, own.count(), part.summary().count(), difference);
                boolean full = differences.size() + difference.size() > limit - 8;
                if (full && (mayStop || handled > 0)) {
                    break;
                }
                differences.writeAll(difference);
                previous = handled;
            }
            handled++;
            low = part.end() == null ? low : part.end();
        }
        out.writeNumber(handled).writeAll(differences);
        return handled > 0;
    }

    private void describe(Span part, long own, long others, WireOutput out) {
        if (own == 0) {
            out.writeByte(Messages.NONE);
        } else if (others == 0) {
            out.writeByte(Messages.ALL).writeNumber(own);
        } else if (own <= options.leafEntries()) {
            out.writeByte(Messages.ITEMS).writeDigests(view.digests(part));
        } else {
            split(part, own, out);
        }
    }

    private void split(Span part, long own, WireOutput out) {
        out.writeByte(Messages.SPLIT).writeParts(part.low(), view.cut(part, own, options.fanOut()));
    }

    private boolean list(WireInput in, WireOutput out, int limit, boolean mayStop) {
        Span part = readSpan(in);
        long[] listed = in.readDigests();
        in.requireEnd();
        long own = view.count(part);
        WireOutput answer = new WireOutput();
        // The list is short. A much longer range is cut, so that a short request cannot cause much work.
        if (own > 4L * options.leafEntries()) {
            split(part, own, answer);
        } else {
            long[] digests = view.digests(part);
            counters.digestsCompared.add(listed.length);
            answer.writeByte(Messages.DIFFERENCE);
            Digests.writeGaps(Digests.missing(listed, digests), answer);
            Digests.writeRuns(Digests.missing(digests, listed), answer);
        }
        if (mayStop && answer.size() > limit) {
            return false;
        }
        out.writeAll(answer);
        return true;
    }

    // ---- transfers ----

    private boolean fetch(WireInput in, WireOutput out, int limit, boolean mayStop) {
        Span part = readSpan(in);
        List<Run> runs = Digests.readRuns(in, view.count(part));
        in.requireEnd();
        if (mayStop && limit < LEAST_ROOM) {
            return false; // so that no short value travels as a head, for lack of room
        }
        long rank = view.rank(part);
        EntryPacker packer = new EntryPacker(Math.max(limit - 16, 1));
        for (Run run : runs) {
            byte[] first = view.keyAt(rank + run.offset());
            Iterator<Entry> entries = view.iterator(new Span(first, part.end()));
            for (long i = 0; i < run.length(); i++) {
                if (packer.add(entries.next()) == null) {
                    packer.writeTo(out);
                    counters.entriesSent.add(packer.count());
                    return true;
                }
            }
        }
        packer.writeTo(out);
        counters.entriesSent.add(packer.count());
        return true;
    }

    private boolean piece(WireInput in, WireOutput out, int limit, boolean mayStop) {
        byte[] key = in.readKey(NO_BYTES);
        int offset = in.readNumber(0, Integer.MAX_VALUE);
        in.requireEnd();
        if (mayStop && limit < FRAME_BYTES) {
            return false;
        }
        if (pieceValue == null || !Arrays.equals(key, pieceKey)) {
            pieceValue = span.contains(key) ? view.get(key) : null;
            pieceKey = key;
        }
        byte[] value = pieceValue;
        if (value == null || offset >= value.length) {
            throw in.malformed("a piece must be one of a value of this session: offset=" + offset);
        }
        int length = Math.min(value.length - offset, Math.max(limit - 24, 64));
        out.writeNumber(value.length).writeNumber(offset).writeBytes(value, offset, length);
        if (offset + length == value.length) {
            pieceValue = null; // so that an idle session keeps no long value
        }
        return true;
    }

    private Span readSpan(WireInput in) {
        byte[] low = in.readKey(NO_BYTES);
        return requireInside(new Span(low, in.readEnd(low)));
    }

    private Span requireInside(Span part) {
        if (!span.containsAll(part)) {
            throw new ReconcileException("a request must be about the range of its session: asked=" + part.range()
                    + " session=" + span.range() + "; open another session");
        }
        return part;
    }
}
