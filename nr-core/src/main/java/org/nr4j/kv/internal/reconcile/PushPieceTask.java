package org.nr4j.kv.internal.reconcile;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.reconcile.wire.Messages;
import org.nr4j.kv.internal.reconcile.wire.TransferredEntry;
import org.nr4j.kv.internal.reconcile.wire.WireInput;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;
import org.nr4j.kv.reconcile.ReconcileException;

/** Sends a long value piece by piece. Begins again where the peer says. */
final class PushPieceTask implements Task {
    private static final byte[] NO_BYTES = {};

    /** How often a peer may lose what it has received. */
    private static final int MOST_RESTARTS = 100;

    /** The length of a piece beside a key that fills the frame. */
    private static final int LEAST_PIECE = 64;

    private final Exchange exchange;
    private final TransferredEntry head;
    private byte @Nullable [] value;
    private int offset;
    private int end;
    private int restarts;

    PushPieceTask(Exchange exchange, TransferredEntry head) {
        this.exchange = exchange;
        this.head = head;
    }

    /** Reads the value when it is needed first, since many tasks may wait. */
    private byte[] value() {
        if (value == null) {
            value = Objects.requireNonNull(exchange.view.get(head.key()));
        }
        return value;
    }

    @Override
    public int type() {
        return Messages.PUSH_PIECE;
    }

    @Override
    public void write(WireOutput out, int room) {
        byte[] value = value();
        end = Math.min(value.length, offset + Math.max(LEAST_PIECE, room - 32 - head.key().length));
        boolean expires = head.expiry() != TransferredEntry.NEVER;
        out.writeKey(NO_BYTES, head.key()).writeByte(expires ? 1 : 0);
        if (expires) {
            out.writeLong(head.expiry());
        }
        out.writeNumber(value.length).writeNumber(offset).writeBytes(value, offset, end - offset);
    }

    @Override
    public void answered(WireInput in) {
        PushTask.requireAccepted(in);
        int next = in.readNumber(0, head.length());
        in.requireEnd();
        if (next > end || (next <= offset && ++restarts > MOST_RESTARTS)) {
            throw new ReconcileException("a peer must take the pieces of a value: offset=" + offset + " sent=" + end
                    + " taken=" + next + "; the peer does not keep to the protocol");
        }
        offset = next;
        if (offset < head.length()) {
            exchange.add(this);
        } else {
            exchange.counters.entriesSent.increment();
            exchange.endPush();
        }
    }
}
