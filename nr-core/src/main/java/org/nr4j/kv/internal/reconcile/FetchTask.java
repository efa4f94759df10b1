package org.nr4j.kv.internal.reconcile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.reconcile.view.Digests;
import org.nr4j.kv.internal.reconcile.view.Run;
import org.nr4j.kv.internal.reconcile.view.Span;
import org.nr4j.kv.internal.reconcile.wire.Messages;
import org.nr4j.kv.internal.reconcile.wire.TransferredEntry;
import org.nr4j.kv.internal.reconcile.wire.WireInput;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;
import org.nr4j.kv.reconcile.ReconcileException;

/** Fetches entries of the peer, by their places in a range. */
final class FetchTask implements Task {
    private static final byte[] NO_BYTES = {};

    /** The largest number of entries of one request. More go into other requests, which travel at the same time. */
    static final int MOST = 512;

    private final Exchange exchange;
    private final Span span;
    private final @Nullable Leaf leaf;
    private List<Run> runs;

    /** Creates a task. If it has a leaf, it is an open task of the leaf. */
    FetchTask(Exchange exchange, Span span, List<Run> runs, @Nullable Leaf leaf) {
        this.exchange = exchange;
        this.span = span;
        this.runs = runs;
        this.leaf = leaf;
    }

    @Override
    public int type() {
        return Messages.FETCH;
    }

    @Override
    public void write(WireOutput out, int room) {
        Run first = runs.get(0);
        if (first.length() > MOST) {
            List<Run> rest = new ArrayList<>(runs);
            rest.set(0, new Run(first.offset() + MOST, first.length() - MOST));
            addRest(rest);
            runs = List.of(new Run(first.offset(), MOST));
        }
        out.writeKey(NO_BYTES, span.low()).writeEnd(span.low(), span.end());
        Digests.writeRunList(runs, out);
    }

    /** Returns how many entries the task asks for, up to the largest number of one request. */
    int asked() {
        return (int) Math.min(MOST, runs.stream().mapToLong(Run::length).sum());
    }

    private void addRest(List<Run> rest) {
        if (leaf != null) {
            leaf.begin();
        }
        exchange.add(new FetchTask(exchange, span, rest, leaf));
    }

    @Override
    public void answered(WireInput in) {
        long asked = runs.stream().mapToLong(Run::length).sum();
        int count = in.readNumber(1, (int) Math.min(asked, Integer.MAX_VALUE));
        List<TransferredEntry> whole = new ArrayList<>();
        byte[] previous = NO_BYTES;
        for (int i = 0; i < count; i++) {
            TransferredEntry entry = in.readEntry(previous);
            require(entry.key(), i == 0 ? null : previous);
            previous = entry.key();
            if (leaf != null) {
                leaf.peerHas(entry);
            }
            if (entry.value() != null) {
                whole.add(entry);
            } else if (exchange.sink.wants(entry.head())) {
                exchange.add(new FetchPieceTask(exchange, entry));
            }
        }
        in.requireEnd();
        exchange.write(whole);
        if (count < asked) {
            addRest(without(count));
        }
        if (leaf != null) {
            leaf.end();
        }
    }

    private void require(byte[] key, byte @Nullable [] previous) {
        if (!span.contains(key) || (previous != null && Arrays.compareUnsigned(previous, key) >= 0)) {
            throw new ReconcileException("fetched entries must be in their range and ascend: key=" + key.length
                    + " bytes; the peer does not keep to the protocol");
        }
    }

    /** Returns the runs without their first entries. */
    private List<Run> without(long count) {
        List<Run> rest = new ArrayList<>();
        long left = count;
        for (Run run : runs) {
            long skipped = Math.min(left, run.length());
            left -= skipped;
            if (skipped < run.length()) {
                rest.add(new Run(run.offset() + skipped, run.length() - skipped));
            }
        }
        return rest;
    }
}
