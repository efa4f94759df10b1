package org.nr4j.kv.internal.procedure;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.tree.EntryConsumer;
import org.nr4j.kv.internal.value.StoredValue;

/**
 * The view of a read-only procedure. If it finds an entry due, it remembers that, and goes on as if it had not. The
 * answer of the procedure is then worth nothing.
 */
final class ReadView extends ProcedureView {
    private boolean metDue;

    ReadView(StoreReplica replica, ProcedureKeys keys) {
        super(replica, keys, replica.now());
    }

    /** Whether the view has found an entry due. */
    boolean metDue() {
        return metDue;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        keys.require(key);
        Object answer = unlessDue(replica.get(key));
        return answer instanceof StoredValue stored ? stored.copy() : (byte[]) answer;
    }

    @Override
    public @Nullable Long expiry(byte[] key) {
        keys.require(key);
        return (Long) unlessDue(replica.expiry(key));
    }

    private @Nullable Object unlessDue(@Nullable Object answer) {
        if (answer == StoreReplica.DUE) {
            metDue = true;
            return null;
        }
        return answer;
    }

    @Override
    public void scan(
            byte @Nullable [] low, byte @Nullable [] end, boolean descending, int limit, EntryConsumer consumer) {
        keys.requireAll();
        unlessDue(replica.scan(low, end, descending, limit, consumer));
    }

    @Override
    Contents all() {
        keys.requireAll();
        metDue |= replica.isAnyDue();
        return replica.contents();
    }
}
