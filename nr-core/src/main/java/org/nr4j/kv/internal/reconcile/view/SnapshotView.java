package org.nr4j.kv.internal.reconcile.view;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;
import org.nr4j.kv.Fingerprint;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueSnapshot;
import org.nr4j.kv.ScanOrder;
import org.nr4j.kv.internal.reconcile.wire.Part;
import org.nr4j.kv.internal.reconcile.wire.Summary;

/**
 * The contents of one side of a session: summaries of ranges, digests of entries, and cuts. It never changes. For one
 * thread at a time.
 *
 * <p>Summaries and digests contain the number of the session. So two different ranges that have equal summaries in one
 * session have different ones in the next.
 */
public final class SnapshotView {
    private static final byte OF_RANGE = 1;
    private static final byte OF_ENTRY = 2;

    private final KeyValueSnapshot snapshot;
    private final long session;
    private final RandomGenerator random;
    private final MessageDigest sha;

    public SnapshotView(KeyValueSnapshot snapshot, long session, RandomGenerator random) {
        this.snapshot = snapshot;
        this.session = session;
        this.random = random;
        try {
            this.sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must have SHA-256: " + e, e);
        }
    }

    /** Returns the number of entries of a span. */
    public long count(Span span) {
        return snapshot.count(span.range());
    }

    /** Returns how many keys are below the span. */
    public long rank(Span span) {
        return span.low().length == 0 ? 0 : snapshot.count(KeyRange.all().below(span.low()));
    }

    /** Returns the key that has {@code rank} keys before it. */
    public byte[] keyAt(long rank) {
        return snapshot.keyAt(rank);
    }

    /** Returns the value of a key, or null. */
    public byte @Nullable [] get(byte[] key) {
        return snapshot.get(key);
    }

    /** Returns the entry of a key, which exists. */
    public Entry entry(byte[] key) {
        return snapshot.iterator(KeyRange.atLeast(key), ScanOrder.ASCENDING).next();
    }

    /** Returns an iterator over the entries of a span. */
    public Iterator<Entry> iterator(Span span) {
        return snapshot.iterator(span.range(), ScanOrder.ASCENDING);
    }

    /** Returns the summary of a span. */
    public Summary summary(Span span) {
        Fingerprint fingerprint = snapshot.fingerprint(span.range());
        return fingerprint.count() == 0
                ? Summary.EMPTY
                : new Summary(fingerprint.count(), Arrays.copyOf(hash(OF_RANGE, fingerprint), Summary.HASH_BYTES));
    }

    /** Returns the digests of the entries of a span, in the order of their keys. The caller bounds their number. */
    public long[] digests(Span span) {
        List<Fingerprint> fingerprints = snapshot.entryFingerprints(span.range(), Integer.MAX_VALUE);
        long[] digests = new long[fingerprints.size()];
        for (int i = 0; i < digests.length; i++) {
            digests[i] = ByteBuffer.wrap(hash(OF_ENTRY, fingerprints.get(i))).getLong();
        }
        return digests;
    }

    private byte[] hash(byte kind, Fingerprint fingerprint) {
        ByteBuffer input = ByteBuffer.allocate(1 + 2 * Long.BYTES + Fingerprint.BYTES);
        input.put(kind).putLong(session).putLong(fingerprint.count()).put(fingerprint.sum());
        return sha.digest(input.array());
    }

    /**
     * Cuts a span. Each part has an entry at least. The places of the cuts are random, so that no choice of contents
     * makes them bad. A cut is the shortest key that separates its neighbours.
     *
     * @param count the number of entries of the span, at least 2
     */
    public List<Part> cut(Span span, long count, int fanOut) {
        int parts = (int) Math.min(fanOut, count);
        long first = rank(span);
        long stride = count / parts;
        List<Part> result = new ArrayList<>(parts);
        byte[] low = span.low();
        for (int i = 1; i < parts; i++) {
            long jitter = stride < 8 ? 0 : random.nextLong(stride / 8);
            long rank = first + count * i / parts + jitter;
            byte[] end = separator(keyAt(rank - 1), keyAt(rank));
            result.add(new Part(end, summary(new Span(low, end))));
            low = end;
        }
        result.add(new Part(span.end(), summary(new Span(low, span.end()))));
        return result;
    }

    /** Returns the shortest key that is greater than {@code before}, and not greater than {@code after}. */
    public static byte[] separator(byte[] before, byte[] after) {
        return Arrays.copyOf(after, Arrays.mismatch(before, after) + 1);
    }
}
