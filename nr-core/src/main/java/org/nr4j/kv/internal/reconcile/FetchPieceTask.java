package org.nr4j.kv.internal.reconcile;

import java.util.List;
import org.nr4j.kv.internal.reconcile.view.Assembly;
import org.nr4j.kv.internal.reconcile.wire.Messages;
import org.nr4j.kv.internal.reconcile.wire.TransferredEntry;
import org.nr4j.kv.internal.reconcile.wire.WireInput;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;
import org.nr4j.kv.reconcile.ReconcileException;

/** Fetches a long value piece by piece. */
final class FetchPieceTask implements Task {
    private static final byte[] NO_BYTES = {};

    private final Exchange exchange;
    private final TransferredEntry head;
    private final Assembly assembly;

    FetchPieceTask(Exchange exchange, TransferredEntry head) {
        this.exchange = exchange;
        this.head = head;
        this.assembly = new Assembly(head.length());
        int most = exchange.options.maxValueLength();
        if (head.length() > most) {
            throw new ReconcileException("a value must not be longer than allowed: length=" + head.length()
                    + " maxValueLength=" + most + "; raise maxValueLength in the options");
        }
        if (head.length() == 0) {
            throw new ReconcileException(
                    "an empty value must come whole: length=0; the peer does not keep to the " + "protocol");
        }
    }

    @Override
    public int type() {
        return Messages.FETCH_PIECE;
    }

    @Override
    public void write(WireOutput out, int room) {
        out.writeKey(NO_BYTES, head.key()).writeNumber(assembly.size());
    }

    @Override
    public void answered(WireInput in) {
        long length = in.readNumber();
        long offset = in.readNumber();
        int size = assembly.size();
        if (length != assembly.length() || offset != size || in.isAtEnd() || in.remaining() > length - size) {
            throw new ReconcileException("a piece must be the one asked for: length=" + length + " announced="
                    + assembly.length() + " offset=" + offset + " asked=" + size
                    + "; the peer does not keep to the protocol");
        }
        assembly.add(offset, in.readBytes(in.remaining()));
        if (assembly.isComplete()) {
            exchange.write(List.of(TransferredEntry.whole(head.key(), assembly.value(), head.expiry())));
        } else {
            exchange.add(this);
        }
    }
}
