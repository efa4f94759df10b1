package org.nr4j.kv.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The writes of the store. Times and expiries are in milliseconds since 1970. */
public final class Updates {
    private Updates() {}

    /** When a write puts its value. */
    public enum When {
        ALWAYS,
        ABSENT
    }

    /** Puts a value. Answers the value there was, or null; null at once if the caller does not want it. */
    public static final class Put implements Update {
        private final byte[] key;
        private final byte[] value;
        private final long expiry;
        private final long @Nullable [] hash;
        private final When when;
        private final boolean answersOld;
        private final long now;

        /** @param hash that of the entry, null where fingerprints are off */
        public Put(
                byte[] key,
                byte[] value,
                long expiry,
                long @Nullable [] hash,
                When when,
                boolean answersOld,
                long now) {
            this.key = key;
            this.value = value;
            this.expiry = expiry;
            this.hash = hash;
            this.when = when;
            this.answersOld = answersOld;
            this.now = now;
        }

        @Override
        public byte @Nullable [] applyTo(StoreReplica replica) {
            boolean found = replica.locate(key, now);
            byte[] before = found && answersOld ? replica.locatedValue() : null;
            if (!found || when == When.ALWAYS) {
                replica.storeLocated(key, found, value, expiry, hash, now);
            }
            return before;
        }
    }

    /** Puts a value in the place of an expected one. Answers whether it was there. */
    public static final class CompareAndSet implements Update {
        private final byte[] key;
        private final byte[] expected;
        private final byte[] value;
        private final long expiry;
        private final long @Nullable [] hash;
        private final long now;

        /** @param hash that of the entry, null where fingerprints are off */
        public CompareAndSet(byte[] key, byte[] expected, byte[] value, long expiry, long @Nullable [] hash, long now) {
            this.key = key;
            this.expected = expected;
            this.value = value;
            this.expiry = expiry;
            this.hash = hash;
            this.now = now;
        }

        @Override
        public Boolean applyTo(StoreReplica replica) {
            if (!replica.locate(key, now) || !replica.locatedHasValue(expected)) {
                return false;
            }
            replica.storeLocated(key, /* found= */ true, value, expiry, hash, now);
            return true;
        }
    }

    /** Removes a key. Answers the value there was, or null. */
    public static final class Remove implements Update {
        private final byte[] key;
        private final long now;

        /** Of a key. */
        public Remove(byte[] key, long now) {
            this.key = key;
            this.now = now;
        }

        @Override
        public byte @Nullable [] applyTo(StoreReplica replica) {
            if (!replica.locate(key, now)) {
                return null;
            }
            byte[] before = replica.locatedValue();
            replica.removeLocated(key);
            return before;
        }
    }

    /** Removes a key if it has a value, or whatever it has. Answers whether it was there. */
    public static final class RemoveIf implements Update {
        private final byte[] key;
        private final byte @Nullable [] expected;
        private final long now;

        /** @param expected the value it must have, null for any */
        public RemoveIf(byte[] key, byte @Nullable [] expected, long now) {
            this.key = key;
            this.expected = expected;
            this.now = now;
        }

        @Override
        public Boolean applyTo(StoreReplica replica) {
            if (!replica.locate(key, now) || (expected != null && !replica.locatedHasValue(expected))) {
                return false;
            }
            replica.removeLocated(key);
            return true;
        }
    }

    /** Removes all keys of a range. Answers how many there were. */
    public static final class RemoveRange implements Update {
        private final byte @Nullable [] low;
        private final byte @Nullable [] end;
        private final long now;

        /** Of a range. */
        public RemoveRange(byte @Nullable [] low, byte @Nullable [] end, long now) {
            this.low = low;
            this.end = end;
            this.now = now;
        }

        @Override
        public Long applyTo(StoreReplica replica) {
            return replica.removeRange(low, end, now);
        }
    }

    /** Removes a key if it is due. Answers nothing. */
    public static final class CollectKey implements Update {
        private final byte[] key;
        private final long now;

        /** Of a key. */
        public CollectKey(byte[] key, long now) {
            this.key = key;
            this.now = now;
        }

        @Override
        public @Nullable Object applyTo(StoreReplica replica) {
            replica.locate(key, now);
            return null;
        }
    }

    /** Removes entries that are due, up to a number, so that others are not held up for long. Answers how many. */
    public static final class CollectDue implements Update {
        private final int limit;
        private final long now;

        /** Of all keys. */
        public CollectDue(int limit, long now) {
            this.limit = limit;
            this.now = now;
        }

        @Override
        public Integer applyTo(StoreReplica replica) {
            return replica.removeDue(now, limit);
        }
    }

    /** Replaces all contents by those of a tree that nobody changes any more. Answers nothing. */
    public static final class ReplaceAll implements Update {
        private final TreeView contents;

        /** @param contents shared by all replicas until they change it */
        public ReplaceAll(TreeView contents) {
            this.contents = contents;
        }

        @Override
        public @Nullable Object applyTo(StoreReplica replica) {
            replica.replaceAll(contents);
            return null;
        }
    }

    /** All or nothing: if every condition holds, all writes in order. Answers whether. */
    public static final class Batch implements Update {
        private final List<Condition> conditions;
        private final List<Update> updates;
        private final boolean mayThrow;

        /** @param mayThrow whether one of the writes may refuse what it finds */
        public Batch(List<Condition> conditions, List<Update> updates, boolean mayThrow) {
            this.conditions = conditions;
            this.updates = updates;
            this.mayThrow = mayThrow;
        }

        @Override
        public Boolean applyTo(StoreReplica replica) {
            for (Condition condition : conditions) {
                if (!condition.holds(replica)) {
                    return false;
                }
            }
            if (mayThrow) {
                replica.atomically(() -> applyAll(replica));
            } else {
                applyAll(replica);
            }
            return true;
        }

        private void applyAll(StoreReplica replica) {
            for (Update update : updates) {
                update.applyTo(replica);
            }
        }
    }

    /** What must hold of a key for a batch to be applied: that it is absent, or there, or has a value. */
    public static final class Condition {
        private final byte[] key;
        private final boolean present;
        private final byte @Nullable [] value;
        private final long now;

        /** @param value the value it must have, null for any */
        public Condition(byte[] key, boolean present, byte @Nullable [] value, long now) {
            this.key = key;
            this.present = present;
            this.value = value;
            this.now = now;
        }

        boolean holds(StoreReplica replica) {
            boolean found = replica.locate(key, now);
            return found == present && (value == null || replica.locatedHasValue(value));
        }
    }
}
