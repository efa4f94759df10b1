package org.nr4j.kv.internal.op;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.contents.KeyHash;
import org.nr4j.kv.internal.replica.StorePart;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;

/**
 * The writes of the store. Times and expiries are in milliseconds since 1970. A value that a write answers may be one
 * that is in a file: the caller reads it.
 */
public final class Updates {
    private Updates() {}

    /** When a write puts its value. */
    public enum When {
        ALWAYS,
        ABSENT
    }

    /** Puts a value that is in memory. */
    public static final class Put extends PutUpdate {
        private final byte[] value;
        private final long @Nullable [] hash;

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
            super(key, expiry, when, answersOld, now);
            this.value = value;
            this.hash = hash;
        }

        @Override
        public void encodeTo(ByteOutput out) {
            beginEncoding(out, WriteFormat.PUT);
            out.writeBytes(value);
        }

        @Override
        void store(StorePart part, boolean found) {
            part.storeLocated(key, found, value, expiry, hash, now);
        }
    }

    /** Looks at a key as a part of a batch. Answers its value, or null. */
    public static final class Fetch extends KeyUpdate {

        /** A look at one key. */
        public Fetch(byte[] key, long now) {
            super(key, now);
        }

        @Override
        public void encodeTo(ByteOutput out) {
            WriteFormat.begin(out, WriteFormat.FETCH, 0, now);
            out.writeBytes(key);
        }

        @Override
        @Nullable
        Object applyTo(StorePart part) {
            return part.locate(key, now) ? part.locatedAnswer() : null;
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
        public void encodeTo(ByteOutput out) {
            WriteFormat.begin(out, WriteFormat.COMPARE_AND_SET, 0, now, expiry);
            out.writeBytes(key);
            out.writeBytes(expected);
            out.writeBytes(value);
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
        public void encodeTo(ByteOutput out) {
            WriteFormat.begin(out, WriteFormat.REMOVE, 0, now);
            out.writeBytes(key);
        }

        @Override
        @Nullable
        Object applyTo(StorePart part) {
            if (!part.locate(key, now)) {
                return null;
            }
            Object before = part.locatedAnswer();
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
        public void encodeTo(ByteOutput out) {
            WriteFormat.begin(out, WriteFormat.REMOVE_IF, 0, now);
            out.writeBytes(key);
            out.writeBytes(expected);
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
        public void encodeTo(ByteOutput out) {
            WriteFormat.begin(out, WriteFormat.REMOVE_RANGE, 0, now);
            out.writeBytes(low);
            out.writeBytes(end);
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

    /**
     * Removes those of some keys that are due. Answers nothing. Names the keys, so that it has the same effect on a
     * store with other parts.
     */
    public static final class CollectDue implements Update {
        private final List<byte[]> keys;
        private final long now;

        /** A write of these keys. */
        public CollectDue(List<byte[]> keys, long now) {
            this.keys = keys;
            this.now = now;
        }

        @Override
        public void encodeTo(ByteOutput out) {
            WriteFormat.begin(out, WriteFormat.COLLECT_DUE, 0, now);
            out.writeInt(keys.size());
            keys.forEach(out::writeBytes);
        }

        @Override
        public @Nullable Object applyTo(StoreReplica replica) {
            for (byte[] key : keys) {
                replica.partOf(key).locate(key, now);
            }
            return null;
        }

        @Override
        public void addParts(BitSet parts, int count) {
            keys.forEach(key -> parts.set(KeyHash.partOf(key, count)));
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

        /** Returns the new contents. */
        public Contents contents() {
            return contents;
        }

        @Override
        public void encodeTo(ByteOutput out) {
            WriteFormat.begin(out, WriteFormat.REPLACE_ALL, 0, WriteFormat.NO_TIME);
            try {
                contents.writeTo(out);
            } catch (IOException e) {
                throw new UncheckedIOException("an array must take all bytes until it is full", e);
            }
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
}
