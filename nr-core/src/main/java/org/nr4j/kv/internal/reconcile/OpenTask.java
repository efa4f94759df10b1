package org.nr4j.kv.internal.reconcile;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.reconcile.view.Span;
import org.nr4j.kv.internal.reconcile.wire.Messages;
import org.nr4j.kv.internal.reconcile.wire.Summary;
import org.nr4j.kv.internal.reconcile.wire.WireInput;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;
import org.nr4j.kv.reconcile.ReconcileException;

/** Opens the session, and compares the whole range. */
final class OpenTask implements Task {
    private static final byte[] NO_BYTES = {};

    private final Exchange exchange;
    private final Span span;
    private final Summary own;
    private final @Nullable CompareTask first;
    private @Nullable Summary peers;

    /**
     * Creates a task.
     *
     * @param first the comparison of parts that the first frame has, too; null if it has none
     */
    OpenTask(Exchange exchange, Span span, Summary own, @Nullable CompareTask first) {
        this.exchange = exchange;
        this.span = span;
        this.own = own;
        this.first = first;
    }

    /** Returns what the peer says of its entries; null before it has answered. */
    @Nullable
    Summary peers() {
        return peers;
    }

    @Override
    public int type() {
        return Messages.OPEN;
    }

    @Override
    public void write(WireOutput out, int room) {
        out.writeKey(NO_BYTES, span.low()).writeEnd(span.low(), span.end()).writeSummary(own);
    }

    @Override
    public void answered(WireInput in) {
        Summary answer = in.readSummary();
        in.requireEnd();
        long most = exchange.options.maxEntries();
        if (answer.count() > most) {
            throw new ReconcileException("a peer must not have more entries than allowed: claim=" + answer.count()
                    + " maxEntries=" + most + "; raise maxEntries in the options, or choose a smaller range");
        }
        peers = answer;
        boolean equal = exchange.counters.compared(answer.equals(own));
        if (first != null) {
            first.setClaim(answer.count());
        } else if (!equal) {
            exchange.resolve(span, answer.count(), 0);
        }
    }
}
