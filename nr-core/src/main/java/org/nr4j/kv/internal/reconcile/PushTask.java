package org.nr4j.kv.internal.reconcile;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.nr4j.kv.Entry;
import org.nr4j.kv.internal.reconcile.view.Digests;
import org.nr4j.kv.internal.reconcile.view.EntryPacker;
import org.nr4j.kv.internal.reconcile.view.Run;
import org.nr4j.kv.internal.reconcile.view.Span;
import org.nr4j.kv.internal.reconcile.wire.Messages;
import org.nr4j.kv.internal.reconcile.wire.TransferredEntry;
import org.nr4j.kv.internal.reconcile.wire.WireInput;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;
import org.nr4j.kv.reconcile.ReconcileException;

/** Sends own entries that the peer lacks. */
final class PushTask implements Task {
    /** Stands for an entry that was sent whole. */
    private static final TransferredEntry WHOLE = TransferredEntry.whole(new byte[0], new byte[0], 0);

    private final Exchange exchange;
    private List<Run> runs;

    /** What the last message has: a head, or {@link #WHOLE}. */
    private final List<TransferredEntry> sent = new ArrayList<>();

    /**
     * Creates a task.
     *
     * @param runs places in all entries of this side
     */
    PushTask(Exchange exchange, List<Run> runs) {
        this.exchange = exchange;
        this.runs = runs;
    }

    @Override
    public int type() {
        return Messages.PUSH;
    }

    @Override
    public void write(WireOutput out, int room) {
        sent.clear(); // the task may have waited for an answer in vain
        EntryPacker packer = new EntryPacker(Math.max(room - 16, 1));
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            Iterator<Entry> entries = exchange.view.iterator(new Span(exchange.view.keyAt(run.offset()), null));
            for (long taken = 0; taken < run.length(); taken++) {
                TransferredEntry packed = packer.add(entries.next());
                if (packed == null) {
                    leaveRest(i, taken);
                    packer.writeTo(out);
                    return;
                }
                sent.add(packed.value() == null ? packed : WHOLE);
            }
        }
        packer.writeTo(out);
    }

    /** Keeps the entries before a place for this task, and leaves the others to another one. */
    private void leaveRest(int index, long taken) {
        Run run = runs.get(index);
        List<Run> rest = new ArrayList<>(runs.subList(index, runs.size()));
        rest.set(0, new Run(run.offset() + taken, run.length() - taken));
        List<Run> own = new ArrayList<>(runs.subList(0, index));
        if (taken > 0) {
            own.add(new Run(run.offset(), taken));
        }
        runs = own;
        exchange.add(new PushTask(exchange, rest));
    }

    @Override
    public void answered(WireInput in) {
        requireAccepted(in);
        for (int place : Digests.readGaps(in, sent.size())) {
            TransferredEntry head = sent.get(place);
            if (head == WHOLE) {
                throw in.malformed("a peer must want long values only: place=" + place);
            }
            exchange.addPush(new PushPieceTask(exchange, head));
        }
        in.requireEnd();
        exchange.counters.entriesSent.add(
                sent.stream().filter(each -> each == WHOLE).count());
    }

    static void requireAccepted(WireInput in) {
        if (in.readByte() != Messages.ACCEPTED) {
            throw new ReconcileException(
                    "a peer must accept entries in an exchange: accepted=false; give the responder "
                            + "a merge policy, or use a session that only pulls");
        }
    }
}
