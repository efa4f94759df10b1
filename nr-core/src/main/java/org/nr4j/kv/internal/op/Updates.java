package org.nr4j.kv.internal.op;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.contents.KeyHash;
import org.nr4j.kv.internal.replica.StorePart;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;

/** The writes of the store. Times and expiries are in milliseconds since 1970. */
public final class Updates {
    private Updates() {}

    /** When a write puts its value. */
    public enum When {
        ALWAYS,
        ABSENT
    }

    /**
     * Puts a value. Answers the value before, or null. If the caller does not want that value, answers null and does
     * not fetch it.
     */
    public static final class Put extends KeyUpdate {
        private final byte[] value;
        private final long expiry;
        private final long @Nullable [] hash;
        private final When when;
        private final boolean answersOld;

        /**
         * A write of one key.
         *
         * @param hash the hash of the entry, null where fingerprints are off
         */
        public Put(
                byte[] key,
                byte[] value,
                long expiry,
                long @Nullable [] hash,
                When when,
                boolean answersOld,
                long now) {
            super(key, now);
            this.value = value;
            this.expiry = expiry;
            this.hash = hash;
            this.when = when;
            this.answersOld = answersOld;
        }

        @Override
        byte @Nullable [] applyTo(StorePart part) {
            boolean found = part.locate(key, now);
            byte[] before = found && answersOld ? part.locatedValue() : null;
            if (!found || when == When.ALWAYS) {
                part.storeLocated(key, found, value, expiry, hash, now);
            }
            return before;
        }
    }

    /** Looks at a key as a part of a batch. Answers its value, or null. */
    public static final class Fetch extends KeyUpdate {

        /** A look at one key. */
        public Fetch(byte[] key, long now) {
            super(key, now);
        }

        @Override
        byte @Nullable [] applyTo(StorePart part) {
            return part.locate(key, now) ? part.locatedValue() : null;
        }
    }

    /** Replaces an expected value. Answers whether the key had it. */
    public static final class CompareAndSet extends KeyUpdate {
        private final byte[] expected;
        private final byte[] value;
        private final long expiry;
        private final long @Nullable [] hash;

        /**
         * A write of one key.
         *
         * @param hash the hash of the entry, null where fingerprints are off
         */
        public CompareAndSet(byte[] key, byte[] expected, byte[] value, long expiry, long @Nullable [] hash, long now) {
            super(key, now);
            this.expected = expected;
            this.value = value;
            this.expiry = expiry;
            this.hash = hash;
        }

        @Override
        Boolean applyTo(StorePart part) {
            if (!part.locate(key, now) || !part.locatedHasValue(expected)) {
                return false;
            }
            part.storeLocated(key, /* found= */ true, value, expiry, hash, now);
            return true;
        }
    }

    /** Removes a key. Answers the value before, or null. */
    public static final class Remove extends KeyUpdate {

        /** A write of one key. */
        public Remove(byte[] key, long now) {
            super(key, now);
        }

        @Override
        byte @Nullable [] applyTo(StorePart part) {
            if (!part.locate(key, now)) {
                return null;
            }
            byte[] before = part.locatedValue();
            part.removeLocated(key);
            return before;
        }
    }

    /** Removes a key if it has an expected value. Answers whether it removed the key. */
    public static final class RemoveIf extends KeyUpdate {
        private final byte @Nullable [] expected;

        /**
         * A write of one key.
         *
         * @param expected the value that the key must have, null for any
         */
        public RemoveIf(byte[] key, byte @Nullable [] expected, long now) {
            super(key, now);
            this.expected = expected;
        }

        @Override
        Boolean applyTo(StorePart part) {
            if (!part.locate(key, now) || (expected != null && !part.locatedHasValue(expected))) {
                return false;
            }
            part.removeLocated(key);
            return true;
        }
    }

    /** Removes all keys of a range. Answers how many there were. */
    public static final class RemoveRange implements Update {
        private final byte @Nullable [] low;
        private final byte @Nullable [] end;
        private final long now;

        /** A write of one range. */
        public RemoveRange(byte @Nullable [] low, byte @Nullable [] end, long now) {
            this.low = low;
            this.end = end;
            this.now = now;
        }

        @Override
        public Long applyTo(StoreReplica replica) {
            long removed = 0;
            for (int part = 0; part < replica.parts(); part++) {
                removed += replica.part(part).removeRange(low, end, now);
            }
            return removed;
        }

        @Override
        public void addParts(BitSet parts, int count) {
            parts.set(0, count);
        }
    }

    /** Removes a key if it is due. Answers nothing. */
    public static final class CollectKey extends KeyUpdate {

        /** A write of one key. */
        public CollectKey(byte[] key, long now) {
            super(key, now);
        }

        @Override
        @Nullable
        Object applyTo(StorePart part) {
            part.locate(key, now);
            return null;
        }
    }

    /**
     * Removes due entries of a part, up to a number, so that other operations wait briefly. Answers how many it
     * removed.
     */
    public static final class CollectDue implements Update {
        private final int part;
        private final int limit;
        private final long now;

        /** A write of one part. */
        public CollectDue(int part, int limit, long now) {
            this.part = part;
            this.limit = limit;
            this.now = now;
        }

        @Override
        public Integer applyTo(StoreReplica replica) {
            return replica.part(part).removeDue(now, limit);
        }

        @Override
        public void addParts(BitSet parts, int count) {
            parts.set(part);
        }
    }

    /** Replaces all contents by others that never change. Answers nothing. */
    public static final class ReplaceAll implements Update {
        private final Contents contents;

        /**
         * A write of all parts.
         *
         * @param contents of as many parts as the store; all replicas share them until they change them
         */
        public ReplaceAll(Contents contents) {
            this.contents = contents;
        }

        @Override
        public @Nullable Object applyTo(StoreReplica replica) {
            for (int part = 0; part < replica.parts(); part++) {
                replica.part(part).replaceAll(contents.tree(part));
            }
            return null;
        }

        @Override
        public void addParts(BitSet parts, int count) {
            parts.set(0, count);
        }
    }

    /** Applies all writes in order, if every condition holds. Answers the list of their answers, or null. */
    public static final class Batch implements Update {
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
        public void addParts(BitSet parts, int count) {
            conditions.forEach(condition -> condition.addPart(parts, count));
            updates.forEach(update -> update.addParts(parts, count));
        }
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
    }
}
