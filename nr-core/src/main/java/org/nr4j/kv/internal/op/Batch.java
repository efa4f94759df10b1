package org.nr4j.kv.internal.op;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.contents.KeyHash;
import org.nr4j.kv.internal.replica.StorePart;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;

/** Applies all writes in order, if every condition holds. Answers the list of their answers, or null. */
public final class Batch implements Update {
    private final List<Condition> conditions;
    private final List<Update> updates;
    private final boolean mayThrow;

    /**
     * A write of several keys.
     *
     * @param mayThrow whether one of the writes may throw, depending on the contents
     */
    public Batch(List<Condition> conditions, List<Update> updates, boolean mayThrow) {
        this.conditions = conditions;
        this.updates = updates;
        this.mayThrow = mayThrow;
    }

    @Override
    public void encodeTo(ByteOutput out) {
        WriteFormat.begin(out, WriteFormat.BATCH, mayThrow ? WriteFormat.MAY_THROW : 0, WriteFormat.NO_TIME);
        out.writeInt(conditions.size());
        conditions.forEach(condition -> condition.encodeTo(out));
        out.writeInt(updates.size());
        updates.forEach(update -> update.encodeTo(out));
    }

    @Override
    public @Nullable Object applyTo(StoreReplica replica) {
        for (Condition condition : conditions) {
            if (!condition.holds(replica)) {
                return null;
            }
        }
        if (!mayThrow) {
            return applyAll(replica);
        }
        BitSet parts = new BitSet(replica.parts());
        addParts(parts, replica.parts());
        return replica.atomically(parts, () -> applyAll(replica));
    }

    private List<@Nullable Object> applyAll(StoreReplica replica) {
        List<@Nullable Object> answers = new ArrayList<>(updates.size());
        for (Update update : updates) {
            answers.add(update.applyTo(replica));
        }
        return answers;
    }

    @Override
    public void written() {
        updates.forEach(Update::written);
    }

    @Override
    public void addParts(BitSet parts, int count) {
        conditions.forEach(condition -> condition.addPart(parts, count));
        updates.forEach(update -> update.addParts(parts, count));
    }

    /** A condition of a batch: that a key is missing, exists, or has a value. */
    public static final class Condition {
        private final byte[] key;
        private final boolean present;
        private final byte @Nullable [] value;
        private final long now;

        /**
         * A condition on one key.
         *
         * @param value the value that the key must have, null for any
         */
        public Condition(byte[] key, boolean present, byte @Nullable [] value, long now) {
            this.key = key;
            this.present = present;
            this.value = value;
            this.now = now;
        }

        boolean holds(StoreReplica replica) {
            StorePart part = replica.partOf(key);
            boolean found = part.locate(key, now);
            return found == present && (value == null || part.locatedHasValue(value));
        }

        void addPart(BitSet parts, int count) {
            parts.set(KeyHash.partOf(key, count));
        }

        void encodeTo(ByteOutput out) {
            WriteFormat.begin(out, WriteFormat.CONDITION, present ? WriteFormat.PRESENT : 0, now);
            out.writeBytes(key);
            out.writeBytes(value);
        }
    }
}
