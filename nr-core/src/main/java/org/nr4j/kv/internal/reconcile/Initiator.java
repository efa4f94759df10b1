package org.nr4j.kv.internal.reconcile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.internal.reconcile.view.Counters;
import org.nr4j.kv.internal.reconcile.view.EntrySink;
import org.nr4j.kv.internal.reconcile.view.MergeSink;
import org.nr4j.kv.internal.reconcile.view.MirrorSink;
import org.nr4j.kv.internal.reconcile.view.SnapshotView;
import org.nr4j.kv.internal.reconcile.view.Span;
import org.nr4j.kv.internal.reconcile.wire.Frame;
import org.nr4j.kv.internal.reconcile.wire.Messages;
import org.nr4j.kv.internal.reconcile.wire.Summary;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;
import org.nr4j.kv.reconcile.MergePolicy;
import org.nr4j.kv.reconcile.ReconcileException;
import org.nr4j.kv.reconcile.ReconcileOptions;

/** The initiator's side of one session: frames, their repetition, and what is left to do. For one thread at a time. */
public final class Initiator {
    /** How often a frame is sent before the session fails. */
    private static final int MOST_ATTEMPTS = 12;

    /** What a frame needs beyond its messages. */
    private static final int FRAME_BYTES = 40;

    /** The least room for another message that can be of any length. */
    private static final int LEAST_ROOM = 512;

    /** By how much an answer may exceed what was asked for: a cut between two of the longest keys. */
    private static final int LONGEST_EXCESS = 1 << 18;

    /** A frame without an answer. */
    private static final class Sent {
        private final byte[] bytes;
        private final List<Task> tasks;
        private final int asked;
        private long at;
        private long due;
        private int attempts;

        Sent(byte[] bytes, List<Task> tasks, int asked) {
            this.bytes = bytes;
            this.tasks = tasks;
            this.asked = asked;
        }
    }

    private final KeyValueStore store;
    private final Span span;
    private final ReconcileOptions options;
    private final Counters counters = new Counters();
    private final RoundTrips roundTrips = new RoundTrips();
    private final Map<Long, Sent> sent = new LinkedHashMap<>();
    private final long session;
    private final Exchange exchange;
    private final OpenTask open;
    private final @Nullable CompareTask first;
    private long nextNumber;
    private @Nullable ReconcileException failure;

    private Initiator(KeyValueStore store, KeyRange range, EntrySink sink, ReconcileOptions options) {
        this.store = store;
        this.span = Span.of(range);
        this.options = options;
        this.session = options.random().nextLong();
        SplittableRandom random = new SplittableRandom(options.random().nextLong());
        SnapshotView view = new SnapshotView(store.snapshot(), session, random);
        this.exchange = new Exchange(view, sink, options, counters);
        Summary own = view.summary(span);
        boolean cut = !options.probing() && own.count() > options.leafEntries();
        this.first = cut
                ? new CompareTask(exchange, span, view.cut(span, own.count(), options.fanOut()), Long.MAX_VALUE, 0)
                : null;
        this.open = new OpenTask(exchange, span, own, first);
    }

    /** Begins a session that makes a store equal to that of the peer. */
    public static Initiator mirror(KeyValueStore store, KeyRange range, ReconcileOptions options) {
        return new Initiator(store, range, new MirrorSink(store), options);
    }

    /** Begins a session that takes what a policy prefers, and sends what the peer lacks if it goes two ways. */
    public static Initiator merge(
            KeyValueStore store, KeyRange range, MergePolicy policy, boolean twoWay, ReconcileOptions options) {
        return new Initiator(store, range, new MergeSink(store, policy, twoWay), options);
    }

    // ---- frames out ----

    /**
     * Returns the next frame to send; null if there is none at this time.
     *
     * @param now nanoseconds, from any fixed point
     */
    public byte @Nullable [] poll(long now) {
        requireAlive();
        for (Sent waiting : sent.values()) {
            if (waiting.due - now <= 0) {
                return repeat(waiting, now);
            }
        }
        if (nextNumber == 0) {
            List<Task> tasks = new ArrayList<>(List.of(open));
            if (first != null) {
                tasks.add(first);
            }
            WireOutput messages = new WireOutput();
            tasks.forEach(task -> writeMessage(task, messages, 0));
            return send(messages, tasks, options.comparisonLimit(), now);
        }
        if (open.peers() == null || sent.size() >= options.window()) {
            return null;
        }
        byte[] frame = transfers(now);
        return frame == null ? comparisons(now) : frame;
    }

    private byte @Nullable [] transfers(long now) {
        WireOutput messages = new WireOutput();
        List<Task> tasks = new ArrayList<>();
        int limit = options.transferLimit() - FRAME_BYTES;
        int asked = 0;
        boolean pieces = false;
        while (asked < FetchTask.MOST && !pieces && (tasks.isEmpty() || limit - messages.size() > LEAST_ROOM)) {
            Task task = exchange.nextTransfer();
            if (task == null) {
                break;
            }
            asked += task instanceof FetchTask fetch ? fetch.asked() : 0;
            pieces = task instanceof FetchPieceTask || task instanceof PushPieceTask;
            writeMessage(task, messages, limit - messages.size());
            tasks.add(task);
        }
        return tasks.isEmpty() ? null : send(messages, tasks, options.transferLimit(), now);
    }

    private byte @Nullable [] comparisons(long now) {
        WireOutput messages = new WireOutput();
        List<Task> tasks = new ArrayList<>();
        int limit = options.comparisonLimit() - FRAME_BYTES;
        while (messages.size() < limit) {
            Task task = exchange.nextComparison();
            if (task == null) {
                break;
            }
            WireOutput message = new WireOutput();
            writeMessage(task, message, limit);
            if (!tasks.isEmpty() && messages.size() + message.size() > limit) {
                exchange.putBack(task);
                break;
            }
            messages.writeAll(message);
            tasks.add(task);
        }
        return tasks.isEmpty() ? null : send(messages, tasks, options.comparisonLimit(), now);
    }

    private static void writeMessage(Task task, WireOutput out, int room) {
        WireOutput body = new WireOutput();
        task.write(body, room);
        out.writeMessage(task.type(), body);
    }

    private byte[] send(WireOutput messages, List<Task> tasks, int asked, long now) {
        long number = nextNumber++;
        Sent frame =
                new Sent(Frame.encode(Messages.REQUEST, session, number, asked, messages), List.copyOf(tasks), asked);
        sent.put(number, frame);
        return transmit(frame, now);
    }

    private byte[] repeat(Sent frame, long now) {
        if (frame.attempts == MOST_ATTEMPTS) {
            throw fail(new ReconcileException("a peer must answer: attempts=" + frame.attempts
                    + "; check the connection, and begin another session"));
        }
        counters.framesResent.increment();
        return transmit(frame, now);
    }

    private byte[] transmit(Sent frame, long now) {
        frame.attempts++;
        frame.at = now;
        frame.due = now + roundTrips.timeout(frame.attempts);
        return counters.sent(frame.bytes).clone();
    }

    // ---- frames in ----

    /**
     * Takes a frame of the peer. Ignores what is no answer to a frame of this session.
     *
     * @throws ReconcileException if the peer has refused the session, or does not keep to the protocol
     */
    public void receive(byte[] bytes, long now) {
        requireAlive();
        counters.received(bytes);
        Frame frame = decode(bytes);
        Sent request = frame == null ? null : sent.get(frame.number());
        if (frame == null || request == null || bytes.length > (long) request.asked + LONGEST_EXCESS) {
            counters.framesIgnored.increment();
            return;
        }
        sent.remove(frame.number());
        if (request.attempts == 1) {
            roundTrips.add(now - request.at);
        }
        try {
            if (frame.kind() == Messages.REFUSAL) {
                throw refused(frame.detail());
            }
            answered(request.tasks, frame.messages());
        } catch (ReconcileException e) {
            throw fail(e);
        } catch (IllegalArgumentException e) {
            throw fail(new ReconcileException(
                    "a store must be able to take the entries of its peer: problem=" + e.getMessage()));
        }
    }

    private @Nullable Frame decode(byte[] bytes) {
        try {
            Frame frame = Frame.decode(bytes);
            boolean ours = frame.session() == session && frame.kind() != Messages.REQUEST;
            return ours ? frame : null;
        } catch (ReconcileException e) {
            return null;
        }
    }

    private void answered(List<Task> tasks, List<Frame.Message> messages) {
        int next = 0;
        for (Frame.Message message : messages) {
            int type = message.type() - Messages.ANSWER_TO;
            if (type < Messages.OPEN || type > Messages.PUSH_PIECE) {
                continue; // of a later version
            }
            if (next == tasks.size()
                    || tasks.get(next).type() != type
                    || message.body().readNumber() != next) {
                throw message.body().malformed("answers must come in the order of the requests");
            }
            tasks.get(next).answered(message.body());
            next++;
        }
        if (next == 0) {
            throw new ReconcileException("an answer must answer the first request at least: answers=0; the peer does "
                    + "not keep to the protocol");
        }
        for (int i = tasks.size() - 1; i >= next; i--) {
            exchange.putBack(tasks.get(i));
        }
    }

    private static ReconcileException refused(int reason) {
        return switch (reason) {
            case Messages.UNKNOWN_SESSION ->
                new ReconcileException("a peer must know the session: reason=" + reason
                        + "; it has ended the session, so begin another one");
            case Messages.OTHER_VERSION ->
                new ReconcileException("a peer must know the version of the protocol: version=" + Messages.VERSION
                        + "; upgrade the peer");
            default ->
                new ReconcileException("a peer must accept the frames of a session: reason=" + reason
                        + "; compare ranges, limits and versions of both sides");
        };
    }

    // ---- state ----

    private void requireAlive() {
        if (failure != null) {
            throw new ReconcileException("a session must not be used after it has failed: cause=" + failure.getMessage()
                    + "; begin another session");
        }
    }

    private ReconcileException fail(ReconcileException e) {
        failure = e;
        return e;
    }

    /** Whether all differences are resolved. */
    public boolean isDone() {
        return failure == null && open.peers() != null && sent.isEmpty() && exchange.isIdle();
    }

    /** Returns when a frame must be repeated, by the clock of {@link #poll}; {@link Long#MAX_VALUE} if none waits. */
    public long nextTimeout() {
        return sent.values().stream().mapToLong(each -> each.due).min().orElse(Long.MAX_VALUE);
    }

    /** Whether the store has, at this moment, exactly the entries that the peer had when the session began. */
    public boolean matchesPeer() {
        Summary peers = open.peers();
        SnapshotView current = new SnapshotView(store.snapshot(), session, new SplittableRandom(0));
        return peers != null && current.summary(span).equals(peers);
    }

    /** Returns a frame that ends the session at the responder. */
    public byte[] close() {
        WireOutput messages = new WireOutput().writeMessage(Messages.CLOSE, new WireOutput());
        return counters.sent(Frame.encode(Messages.REQUEST, session, nextNumber++, 0, messages));
    }

    /** Returns what the session has done. */
    public Counters counters() {
        return counters;
    }
}
