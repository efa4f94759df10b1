package org.nr4j.kv.internal.reconcile;

import java.util.List;
import org.nr4j.kv.internal.reconcile.view.Digests;
import org.nr4j.kv.internal.reconcile.view.Span;
import org.nr4j.kv.internal.reconcile.wire.Messages;
import org.nr4j.kv.internal.reconcile.wire.Part;
import org.nr4j.kv.internal.reconcile.wire.WireInput;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;
import org.nr4j.kv.reconcile.ReconcileException;

/** Has the peer compare the parts of a range with its own. */
final class CompareTask implements Task {
    private static final byte[] NO_BYTES = {};

    private final Exchange exchange;
    private final Span span;
    private final List<Part> parts;
    private final int depth;

    /** How many entries the peer may still claim. */
    private long claim;

    /**
     * Creates a task.
     *
     * @param parts cover the span; each has an entry of this side
     * @param claim how many entries the peer claims for the span
     */
    CompareTask(Exchange exchange, Span span, List<Part> parts, long claim, int depth) {
        this.exchange = exchange;
        this.span = span;
        this.parts = parts;
        this.claim = claim;
        this.depth = depth;
    }

    /** Sets the claim of the peer. Only the first task of a session is created before it is known. */
    void setClaim(long claim) {
        this.claim = claim;
    }

    @Override
    public int type() {
        return Messages.COMPARE;
    }

    @Override
    public void write(WireOutput out, int room) {
        out.writeKey(NO_BYTES, span.low()).writeParts(span.low(), parts);
    }

    @Override
    public void answered(WireInput in) {
        int handled = in.readNumber(1, parts.size());
        byte[] low = span.low();
        int differing = in.isAtEnd() ? parts.size() : in.readNumber(0, handled - 1);
        for (int i = 0; i < handled; i++) {
            Part part = parts.get(i);
            Span each = new Span(low, part.end());
            boolean equal = i != differing;
            exchange.counters.compared(equal);
            if (equal) {
                claim(part.summary().count());
            } else {
                differs(each, part.summary().count(), in);
                differing = in.isAtEnd() ? parts.size() : i + in.readNumber(1, handled - 1);
            }
            low = part.end() == null ? low : part.end();
        }
        in.requireEnd();
        if (handled < parts.size()) {
            Span rest = new Span(low, span.end());
            exchange.add(new CompareTask(exchange, rest, parts.subList(handled, parts.size()), claim, depth));
        } else if (claim != 0) {
            throw lie();
        }
    }

    private void differs(Span part, long own, WireInput in) {
        switch (in.readByte()) {
            case Messages.NONE -> exchange.peerHasNone(part, own);
            case Messages.ITEMS -> items(part, own, in.readDigests());
            case Messages.SPLIT -> {
                List<Part> cut = in.readParts(part.low(), part.end());
                claim(Exchange.requireShrunk(cut));
                exchange.compareCut(part, cut, depth + 1);
            }
            default -> throw in.malformed("an answer must be of a known kind");
        }
    }

    private void items(Span part, long own, long[] digests) {
        claim(digests.length);
        exchange.counters.digestsCompared.add(digests.length);
        if (own > 4L * exchange.options.leafEntries()) {
            // The peer has few entries, and this side has many. Smaller parts need less memory at a time.
            exchange.resolve(part, digests.length, depth + 1);
            return;
        }
        long[] here = exchange.view.digests(part);
        exchange.resolveLeaf(part, Digests.missing(here, digests), Digests.runs(Digests.missing(digests, here)));
    }

    private void claim(long count) {
        claim -= count;
        if (claim < 0) {
            throw lie();
        }
    }

    private ReconcileException lie() {
        return new ReconcileException("the counts of parts must add up to the count of their range: difference=" + claim
                + "; the peer does not keep to the protocol");
    }
}
