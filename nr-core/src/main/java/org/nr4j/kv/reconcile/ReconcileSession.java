package org.nr4j.kv.reconcile;

import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.internal.reconcile.Initiator;

/**
 * Compares a range of a store with that of a peer, and transfers what differs. The peer answers with a {@link
 * ReconcileResponder}. The program carries the frames.
 *
 * <pre>{@code
 * ReconcileSession session = ReconcileSession.mirror(store, KeyRange.all(), ReconcileOptions.defaults());
 * session.run(frame -> connection.call(frame));
 * }</pre>
 *
 * <p><b>Kinds</b>. A {@link #mirror} makes the store equal to that of the peer. A {@link #pull} adds what the peer has.
 * An {@link #exchange} does so in both directions.
 *
 * <p><b>Moments</b>. A session compares the contents that the store has when the session begins with those that the
 * peer has when it receives the first frame. Later writes of others belong to the next session.
 *
 * <p><b>Loss</b>. Frames may be lost, repeated and delivered in any order. The session repeats a frame that has no
 * answer after a time that it derives from the round trips so far.
 *
 * <p>Both stores keep fingerprints, with the same {@linkplain KeyValueStore.Builder#fingerprintKey key}. Frames need a
 * transport that authenticates the peer: a frame changes the store.
 *
 * <p>One thread at a time may use a session. It holds no lock, and no resource but a snapshot. So a program may drop it
 * at any time. Then the store has part of the changes.
 */
public final class ReconcileSession {
    /** The longest pause of {@link #run} after a lost frame. */
    private static final long MOST_NANOS = 1_000_000;

    private final Initiator initiator;

    private ReconcileSession(Initiator initiator) {
        this.initiator = initiator;
    }

    /**
     * Begins a session that makes a range of the store equal to that of the peer. It takes each entry that differs, and
     * removes each entry that the peer does not have. Nobody else should write to the range.
     *
     * @throws IllegalStateException if the store keeps no fingerprints, or is closed
     */
    public static ReconcileSession mirror(KeyValueStore store, KeyRange range, ReconcileOptions options) {
        check(store, range, options);
        return new ReconcileSession(Initiator.mirror(store, range, options));
    }

    /**
     * Begins a session that takes the entries of the peer that the store lacks, and those that a policy prefers.
     * Removes nothing, and sends nothing.
     *
     * @throws IllegalStateException as {@link #mirror}
     */
    public static ReconcileSession pull(
            KeyValueStore store, KeyRange range, MergePolicy policy, ReconcileOptions options) {
        check(store, range, options);
        return new ReconcileSession(Initiator.merge(store, range, require(policy), /* twoWay= */ false, options));
    }

    /**
     * Begins a session as {@link #pull} that also sends the peer what the peer lacks. The peer decides by its own
     * policy.
     *
     * @throws IllegalStateException as {@link #mirror}
     */
    public static ReconcileSession exchange(
            KeyValueStore store, KeyRange range, MergePolicy policy, ReconcileOptions options) {
        check(store, range, options);
        return new ReconcileSession(Initiator.merge(store, range, require(policy), /* twoWay= */ true, options));
    }

    static void check(KeyValueStore store, KeyRange range, ReconcileOptions options) {
        Objects.requireNonNull(store, "a store must not be null: store=null; pass an open store");
        Objects.requireNonNull(range, "a range must not be null: range=null; use KeyRange.all()");
        Objects.requireNonNull(options, "options must not be null: use ReconcileOptions.defaults()");
    }

    static MergePolicy require(MergePolicy policy) {
        return Objects.requireNonNull(policy, "a policy must not be null: policy=null; use MergePolicy.keepLocal()");
    }

    /**
     * Returns the next frame to send to the peer; null if there is none at this time. Call it until it returns null,
     * after each {@link #receive}, and at {@link #nextTimeout}.
     *
     * @param nanos the time in nanoseconds, as of {@link System#nanoTime}
     * @throws ReconcileException if the session has failed, or the peer has not answered 12 times
     */
    public byte @Nullable [] poll(long nanos) {
        return initiator.poll(nanos);
    }

    /**
     * Takes a frame of the peer, and writes what it has to the store. Ignores a frame that is malformed or of another
     * session, or that it has received before.
     *
     * @param frame not changed; the caller must not change it during the call
     * @param nanos as in {@link #poll}
     * @throws ReconcileException if the peer refuses the session or breaks the protocol, or sends an entry beyond the
     *     store's limits; the session has then failed
     */
    public void receive(byte[] frame, long nanos) {
        initiator.receive(frame, nanos);
    }

    /** Whether all differences are resolved. */
    public boolean isDone() {
        return initiator.isDone();
    }

    /** Returns when {@link #poll} would repeat a frame, in its time; {@link Long#MAX_VALUE} if no frame waits. */
    public long nextTimeout() {
        return initiator.nextTimeout();
    }

    /**
     * Runs the session to its end over a transport that returns the answer to each frame.
     *
     * @param transport sends a frame, and returns the answer; null if the frame or its answer is lost
     * @throws ReconcileException as {@link #poll} and {@link #receive}
     */
    public void run(Function<byte[], byte @Nullable []> transport) {
        while (!isDone()) {
            byte[] frame = poll(System.nanoTime());
            byte[] answer = frame == null ? null : transport.apply(frame);
            if (answer != null) {
                receive(answer, System.nanoTime());
            } else {
                LockSupport.parkNanos(Math.min(MOST_NANOS, nextTimeout() - System.nanoTime()));
            }
        }
    }

    /**
     * Whether the store has exactly the entries that the peer had when the session began. It computes this anew at each
     * call. True at the end of a mirror's session, unless others have written or entries have expired.
     */
    public boolean matchesPeer() {
        return initiator.matchesPeer();
    }

    /**
     * Returns a frame that has the responder forget the session. It has no answer, and it may be lost: a responder also
     * forgets idle sessions when others begin.
     */
    public byte[] close() {
        return initiator.close();
    }

    /** Returns what the session has done so far. */
    public ReconcileStats stats() {
        return initiator.counters().stats();
    }
}
