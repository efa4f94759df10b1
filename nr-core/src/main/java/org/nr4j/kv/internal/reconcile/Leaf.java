package org.nr4j.kv.internal.reconcile;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;
import org.nr4j.kv.internal.reconcile.view.MergeSink;
import org.nr4j.kv.internal.reconcile.wire.TransferredEntry;
import org.nr4j.kv.reconcile.ReconcileException;

/**
 * A short range whose entries are compared one by one. It knows the own entries that the peer does not have as they
 * are. Once all entries of the peer have come, it removes those whose keys the peer does not have.
 */
final class Leaf {
    private final Map<byte[], Entry> unmatched = new TreeMap<>(Arrays::compareUnsigned);
    private final Exchange exchange;
    private int open = 1;

    /** Creates a leaf with one open task. */
    Leaf(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Adds an own entry that the peer does not have. */
    void addUnmatched(Entry entry) {
        unmatched.put(entry.key(), entry);
    }

    /** Adds an open task. */
    void begin() {
        open++;
    }

    /** Ends an open task. */
    void end() {
        open--;
        if (open == 0 && !unmatched.isEmpty()) {
            exchange.remove(unmatched.keySet());
        }
    }

    /** Takes note that the peer has a key. */
    void peerHas(TransferredEntry entry) {
        Entry own = unmatched.remove(entry.key());
        byte @Nullable [] value = entry.value();
        if (own != null
                && value != null
                && MergeSink.expiryOf(own) == entry.expiry()
                && Arrays.equals(own.value(), value)) {
            throw new ReconcileException("equal entries must have equal digests: key=" + entry.key().length
                    + " bytes; give both stores the same fingerprint key");
        }
    }
}
