package org.nr4j.kv.internal.reconcile;

import java.util.List;
import org.nr4j.kv.internal.reconcile.view.Digests;
import org.nr4j.kv.internal.reconcile.view.Run;
import org.nr4j.kv.internal.reconcile.view.Span;
import org.nr4j.kv.internal.reconcile.wire.Messages;
import org.nr4j.kv.internal.reconcile.wire.Part;
import org.nr4j.kv.internal.reconcile.wire.WireInput;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;
import org.nr4j.kv.reconcile.ReconcileException;

/** Lists the digests of a short range for the peer. */
final class ListTask implements Task {
    private static final byte[] NO_BYTES = {};

    private final Exchange exchange;
    private final Span span;
    private final long claim;
    private final int depth;
    private final long[] digests;

    ListTask(Exchange exchange, Span span, long claim, int depth) {
        this.exchange = exchange;
        this.span = span;
        this.claim = claim;
        this.depth = depth;
        this.digests = exchange.view.digests(span);
    }

    @Override
    public int type() {
        return Messages.LIST;
    }

    @Override
    public void write(WireOutput out, int room) {
        out.writeKey(NO_BYTES, span.low()).writeEnd(span.low(), span.end()).writeDigests(digests);
    }

    @Override
    public void answered(WireInput in) {
        switch (in.readByte()) {
            case Messages.SPLIT -> {
                List<Part> cut = in.readParts(span.low(), span.end());
                in.requireEnd();
                requireClaim(Exchange.requireShrunk(cut));
                exchange.compareCut(span, cut, depth + 1);
            }
            case Messages.DIFFERENCE -> {
                exchange.counters.digestsCompared.add(digests.length);
                List<Integer> missingThere = Digests.readGaps(in, digests.length);
                List<Run> missingHere = Digests.readRuns(in, claim);
                in.requireEnd();
                long fetched = missingHere.stream().mapToLong(Run::length).sum();
                requireClaim(digests.length - missingThere.size() + fetched);
                exchange.resolveLeaf(span, missingThere, missingHere);
            }
            default -> throw in.malformed("an answer must be of a known kind");
        }
    }

    private void requireClaim(long count) {
        if (count != claim) {
            throw new ReconcileException("the entries of a range must be as many as claimed: claim=" + claim + " count="
                    + count + "; the peer does not keep to the protocol");
        }
    }
}
