package org.nr4j.kv.internal.op;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;
import org.nr4j.kv.internal.contents.KeyHash;
import org.nr4j.kv.internal.replica.Query;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;

/** The reads of the store that look at some parts only. They share the caller's arrays, since the caller waits. */
public final class Queries {
    private Queries() {}

    /** The value of a key, or null. */
    public static final class Get implements Query {
        private final byte[] key;

        /** A read of one key. */
        public Get(byte[] key) {
            this.key = key;
        }

        @Override
        public @Nullable Object answer(StoreReplica replica) {
            return replica.get(key);
        }

        @Override
        public boolean isOptimistic() {
            return true;
        }

        @Override
        public LogSet logs(int count) {
            return LogSet.one(KeyHash.partOf(key, count));
        }
    }

    /** When a key expires, null if it is not there. */
    public static final class GetExpiry implements Query {
        private final byte[] key;

        /** A read of one key. */
        public GetExpiry(byte[] key) {
            this.key = key;
        }

        @Override
        public @Nullable Object answer(StoreReplica replica) {
            return replica.expiry(key);
        }

        @Override
        public boolean isOptimistic() {
            return true;
        }

        @Override
        public LogSet logs(int count) {
            return LogSet.one(KeyHash.partOf(key, count));
        }
    }

    /** The values of several keys, in a list. A missing key has null. */
    public static final class MultiGet implements Query {
        private final List<byte[]> keys;

        /** A read of these keys. */
        public MultiGet(List<byte[]> keys) {
            this.keys = keys;
        }

        @Override
        public Object answer(StoreReplica replica) {
            List<@Nullable Object> values = new ArrayList<>(keys.size());
            replica.prefetch(keys);
            for (byte[] key : keys) {
                Object value = replica.get(key);
                if (value == StoreReplica.DUE) {
                    return StoreReplica.DUE;
                }
                values.add(value);
            }
            return Collections.unmodifiableList(values);
        }

        @Override
        public LogSet logs(int count) {
            BitSet parts = new BitSet(count);
            keys.forEach(key -> parts.set(KeyHash.partOf(key, count)));
            return Update.logsOf(parts);
        }
    }

    /** The keys of due entries of a part, up to a number. */
    public static final class DueKeys implements Query {
        private final int part;
        private final int limit;
        private final long now;

        /** A read of one part. */
        public DueKeys(int part, int limit, long now) {
            this.part = part;
            this.limit = limit;
            this.now = now;
        }

        @Override
        public List<byte[]> answer(StoreReplica replica) {
            return replica.part(part).tree().dueKeys(now, limit);
        }

        @Override
        public LogSet logs(int count) {
            return LogSet.one(part);
        }
    }

    /** The earliest instant at which an entry of a part expires, due or not. */
    public static final class NextExpiry implements Query {
        private final int part;

        /** A read of one part. */
        public NextExpiry(int part) {
            this.part = part;
        }

        @Override
        public Long answer(StoreReplica replica) {
            return replica.part(part).tree().minExpiry();
        }

        @Override
        public LogSet logs(int count) {
            return LogSet.one(part);
        }
    }
}
