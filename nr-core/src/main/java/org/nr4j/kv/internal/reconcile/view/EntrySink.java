package org.nr4j.kv.internal.reconcile.view;

import java.util.Collection;
import java.util.List;
import org.nr4j.kv.internal.reconcile.wire.TransferredEntry;
import org.nr4j.kv.reconcile.EntryHead;

/** Writes what a peer sends to the store of this side. */
public interface EntrySink {
    /** Whether the store would take the entry that has this head. */
    boolean wants(EntryHead head);

    /** Writes those of some whole entries that the store takes. Returns how many it has written. */
    int write(List<TransferredEntry> entries);

    /** Removes the entries that the peer does not have, if the store is a mirror. Returns how many it has removed. */
    long remove(Collection<byte[]> keys);

    /** As {@link #remove}, for all entries of a span. */
    long removeAll(Span span);

    /** Whether this side sends what the peer lacks. */
    boolean isTwoWay();
}
