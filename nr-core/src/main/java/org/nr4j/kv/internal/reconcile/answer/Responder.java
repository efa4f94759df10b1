package org.nr4j.kv.internal.reconcile.answer;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.internal.reconcile.view.Counters;
import org.nr4j.kv.internal.reconcile.view.EntrySink;
import org.nr4j.kv.internal.reconcile.view.MergeSink;
import org.nr4j.kv.internal.reconcile.view.SnapshotView;
import org.nr4j.kv.internal.reconcile.view.Span;
import org.nr4j.kv.internal.reconcile.wire.Frame;
import org.nr4j.kv.internal.reconcile.wire.Messages;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;
import org.nr4j.kv.reconcile.MergePolicy;
import org.nr4j.kv.reconcile.ReconcileException;
import org.nr4j.kv.reconcile.ReconcileOptions;
import org.nr4j.kv.reconcile.ReconcileStats;

/** Answers the frames of initiators. For any number of threads; frames of one session take turns. */
public final class Responder {
    private final KeyValueStore store;
    private final Span allowed;
    private final @Nullable EntrySink sink;
    private final ReconcileOptions options;
    private final Sessions sessions;
    private final long seed;

    /** The counts of all sessions. */
    private final Counters total = new Counters();

    /**
     * Creates a responder.
     *
     * @param policy decides about entries that initiators send; null to take none
     */
    public Responder(KeyValueStore store, KeyRange range, @Nullable MergePolicy policy, ReconcileOptions options) {
        this.store = store;
        this.allowed = Span.of(range);
        this.sink = policy == null ? null : new MergeSink(store, policy, /* twoWay= */ false);
        this.options = options;
        this.sessions = new Sessions(options.maxSessions());
        this.seed = options.random().nextLong();
    }

    /** Answers a frame. Returns null if there is no answer. */
    public byte @Nullable [] answer(byte[] bytes) {
        total.received(bytes);
        int version = Frame.versionOf(bytes);
        Frame request;
        try {
            request = Frame.decode(bytes);
        } catch (ReconcileException e) {
            return version != Messages.VERSION && version != 0 ? refuseVersion(bytes) : ignored();
        }
        if (request.kind() != Messages.REQUEST || request.messages().isEmpty()) {
            return ignored();
        }
        if (request.messages().get(0).type() == Messages.CLOSE) {
            sessions.close(request.session());
            return null;
        }
        return answer(request);
    }

    private byte[] answer(Frame request) {
        boolean opens = request.messages().get(0).type() == Messages.OPEN;
        long id = request.session();
        Sessions.Served served = opens ? sessions.open(id) : sessions.find(id);
        if (served == null) {
            return refuse(request, Messages.UNKNOWN_SESSION);
        }
        try {
            synchronized (served) {
                Answerer answerer = served.answerer;
                if (answerer == null) {
                    if (!opens) {
                        return refuse(request, Messages.UNKNOWN_SESSION);
                    }
                    answerer = open(request);
                    served.answerer = answerer;
                }
                WireOutput messages = answerer.answer(request);
                return total.sent(Frame.encode(Messages.ANSWER, id, request.number(), 0, messages));
            }
        } catch (ReconcileException e) {
            sessions.close(id);
            return refuse(request, Messages.MALFORMED);
        } catch (IllegalArgumentException e) {
            // The store refuses an entry that is longer than its limits.
            sessions.close(id);
            return refuse(request, Messages.FAILED);
        }
    }

    private Answerer open(Frame request) {
        long id = request.session();
        SnapshotView view = new SnapshotView(store.snapshot(), id, new SplittableRandom(seed ^ id));
        return Answerer.open(
                view,
                options,
                total,
                new PushReceiver(sink, options.maxValueLength(), total),
                allowed,
                request.messages().get(0).body());
    }

    private byte[] refuse(Frame request, int reason) {
        return total.sent(
                Frame.encode(Messages.REFUSAL, request.session(), request.number(), reason, new WireOutput()));
    }

    /** Refuses a frame of another version. Its first ten bytes have the same meaning in all versions. */
    private byte @Nullable [] refuseVersion(byte[] bytes) {
        if (bytes.length < 10 || bytes[1] != Messages.REQUEST) {
            return ignored();
        }
        long session = ByteBuffer.wrap(bytes, 2, Long.BYTES).getLong();
        return total.sent(Frame.encode(Messages.REFUSAL, session, 0, Messages.OTHER_VERSION, new WireOutput()));
    }

    private byte @Nullable [] ignored() {
        total.framesIgnored.increment();
        return null;
    }

    /** Returns the number of sessions. */
    public int sessions() {
        return sessions.size();
    }

    /** Returns what this responder has done. */
    public ReconcileStats stats() {
        return total.stats();
    }
}
