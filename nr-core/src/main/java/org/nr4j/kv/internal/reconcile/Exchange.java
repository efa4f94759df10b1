package org.nr4j.kv.internal.reconcile;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.reconcile.view.Counters;
import org.nr4j.kv.internal.reconcile.view.Digests;
import org.nr4j.kv.internal.reconcile.view.EntrySink;
import org.nr4j.kv.internal.reconcile.view.Run;
import org.nr4j.kv.internal.reconcile.view.SnapshotView;
import org.nr4j.kv.internal.reconcile.view.Span;
import org.nr4j.kv.internal.reconcile.wire.Part;
import org.nr4j.kv.internal.reconcile.wire.Summary;
import org.nr4j.kv.internal.reconcile.wire.TransferredEntry;
import org.nr4j.kv.reconcile.ReconcileException;
import org.nr4j.kv.reconcile.ReconcileOptions;

/**
 * What an initiator knows and has to do: its view, its sink, and the tasks that wait. The last task comes first, so
 * that few wait at a time. For one thread at a time.
 *
 * <p><b>Hostile peers</b>. The number of entries that the peer claims for a range bounds all that it may claim for the
 * parts of the range. A cut has two parts or more, with an entry each. So each cut shrinks the claim. Own cuts shrink
 * the own count. After {@link #DEEPEST} cuts, the session fails.
 */
final class Exchange {
    /** The largest number of cuts from the whole range to a leaf. Halving a range of 2^63 entries takes 63. */
    private static final int DEEPEST = 64;

    final SnapshotView view;
    final EntrySink sink;
    final ReconcileOptions options;
    final Counters counters;
    private final Deque<Task> comparisons = new ArrayDeque<>();
    private final Deque<Task> transfers = new ArrayDeque<>();

    /** The long values to send. The first one is on its way. */
    private final Deque<PushPieceTask> pushes = new ArrayDeque<>();

    Exchange(SnapshotView view, EntrySink sink, ReconcileOptions options, Counters counters) {
        this.view = view;
        this.sink = sink;
        this.options = options;
        this.counters = counters;
    }

    // ---- tasks ----

    /** Returns and removes the next task that transfers entries; null if there is none. */
    @Nullable
    Task nextTransfer() {
        return transfers.pollFirst();
    }

    /** Returns and removes the next task that compares; null if there is none. */
    @Nullable
    Task nextComparison() {
        return comparisons.pollFirst();
    }

    /** Puts a task back. */
    void putBack(Task task) {
        if (task instanceof CompareTask || task instanceof ListTask) {
            comparisons.addFirst(task);
        } else {
            transfers.addFirst(task);
        }
    }

    /** Adds a task. */
    void add(Task task) {
        putBack(task);
    }

    /** Adds a long value to send. The peer takes one at a time. */
    void addPush(PushPieceTask task) {
        pushes.addLast(task);
        if (pushes.size() == 1) {
            add(task);
        }
    }

    /** Ends the sending of a long value, and begins with the next one. */
    void endPush() {
        pushes.removeFirst();
        if (!pushes.isEmpty()) {
            add(pushes.getFirst());
        }
    }

    /** Whether no task waits. */
    boolean isIdle() {
        return comparisons.isEmpty() && transfers.isEmpty();
    }

    // ---- comparisons ----

    /** Compares the parts into which the peer has cut a range. */
    void compareCut(Span span, List<Part> parts, int depth) {
        byte[] low = span.low();
        for (Part part : parts) {
            Span each = new Span(low, part.end());
            Summary own = view.summary(each);
            if (!counters.compared(own.equals(part.summary()))) {
                resolve(each, part.summary().count(), depth + 1);
            }
            low = part.end() == null ? low : part.end();
        }
    }

    /**
     * Checks the parts into which the peer has cut a range.
     *
     * @return the number of entries that the peer claims
     */
    static long requireShrunk(List<Part> parts) {
        long sum = 0;
        for (Part part : parts) {
            long count = part.summary().count();
            if (count < 1 || count > Long.MAX_VALUE - sum) {
                throw new ReconcileException("a part of a cut must have an entry: count=" + count
                        + "; the peer does not keep to the protocol");
            }
            sum += count;
        }
        if (parts.size() < 2) {
            throw new ReconcileException("a cut must have two parts or more: parts=" + parts.size()
                    + "; the peer does not shrink the range");
        }
        return sum;
    }

    /**
     * Goes on with a range that differs.
     *
     * @param claim how many entries the peer claims to have there
     */
    void resolve(Span span, long claim, int depth) {
        if (depth > DEEPEST) {
            throw new ReconcileException("ranges must shrink: cuts=" + depth + " claim=" + claim
                    + "; the peer does not keep to the protocol");
        }
        long own = view.count(span);
        if (claim == 0) {
            peerHasNone(span, own);
        } else if (own == 0) {
            add(new FetchTask(this, span, List.of(new Run(0, claim)), null));
        } else if (own <= options.leafEntries()) {
            add(new ListTask(this, span, claim, depth));
        } else {
            add(new CompareTask(this, span, view.cut(span, own, options.fanOut()), claim, depth));
        }
    }

    /** Sends all entries of a range, or removes them from a mirror. */
    void peerHasNone(Span span, long own) {
        if (own == 0) {
            return;
        }
        if (sink.isTwoWay()) {
            add(new PushTask(this, List.of(new Run(view.rank(span), own))));
        } else {
            counters.entriesRemoved.add(sink.removeAll(span));
        }
    }

    /**
     * Goes on with a short range of which both sides know the differences.
     *
     * @param missingThere the places of the own entries that the peer lacks
     * @param missingHere the places of the peer's entries that this side lacks
     */
    void resolveLeaf(Span span, List<Integer> missingThere, List<Run> missingHere) {
        Leaf leaf = new Leaf(this);
        long rank = view.rank(span);
        List<Run> own = Digests.runs(missingThere);
        for (int place : missingThere) {
            leaf.addUnmatched(view.entry(view.keyAt(rank + place)));
        }
        if (sink.isTwoWay() && !own.isEmpty()) {
            List<Run> runs = own.stream()
                    .map(run -> new Run(rank + run.offset(), run.length()))
                    .toList();
            add(new PushTask(this, runs));
        }
        if (!missingHere.isEmpty()) {
            leaf.begin();
            add(new FetchTask(this, span, missingHere, leaf));
        }
        leaf.end();
    }

    // ---- effects ----

    void remove(Collection<byte[]> keys) {
        counters.entriesRemoved.add(sink.remove(keys));
    }

    void write(List<TransferredEntry> entries) {
        counters.entriesReceived.add(entries.size());
        if (!entries.isEmpty()) {
            counters.entriesWritten.add(sink.write(entries));
        }
    }
}
