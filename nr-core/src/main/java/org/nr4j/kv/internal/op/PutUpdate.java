package org.nr4j.kv.internal.op;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.replica.StorePart;

/**
 * Puts a value, wherever it is. Answers the value before, or null. If the caller does not want that value, answers null
 * and does not fetch it.
 */
abstract class PutUpdate extends KeyUpdate {
    final long expiry;
    private final When when;
    private final boolean answersOld;

    PutUpdate(byte[] key, long expiry, When when, boolean answersOld, long now) {
        super(key, now);
        this.expiry = expiry;
        this.when = when;
        this.answersOld = answersOld;
    }

    /** Puts the value in the place located. */
    abstract void store(StorePart part, boolean found);

    /** Adds the beginning of the encoding: all but the value. */
    final void beginEncoding(ByteOutput out, int kind) {
        int flags = (answersOld ? WriteFormat.ANSWERS_OLD : 0) | (when == When.ABSENT ? WriteFormat.IF_ABSENT : 0);
        WriteFormat.begin(out, kind, flags, now, expiry);
        out.writeBytes(key);
    }

    @Override
    final @Nullable Object applyTo(StorePart part) {
        boolean found = part.locate(key, now);
        Object before = found && answersOld ? part.locatedAnswer() : null;
        if (!found || when == When.ALWAYS) {
            store(part, found);
        }
        return before;
    }
}
