package org.nr4j.kv.internal.procedure;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.contents.KeyHash;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.replica.Update;

/** The keys that a procedure may use: those that it names, or all. Immutable. */
public final class ProcedureKeys {
    /** All keys, and so all ranges. */
    public static final ProcedureKeys ALL = new ProcedureKeys(null);

    /** The keys in ascending order; null for all. */
    private final byte @Nullable [][] named;

    private ProcedureKeys(byte @Nullable [][] named) {
        this.named = named;
    }

    /**
     * Returns a set of keys.
     *
     * @param keys in any order; nobody must change the arrays
     */
    public static ProcedureKeys of(Collection<byte[]> keys) {
        byte[][] named = keys.toArray(byte[][]::new);
        Arrays.sort(named, Arrays::compareUnsigned);
        return new ProcedureKeys(named);
    }

    /** Passes the keys to a consumer; none if these are all keys. */
    public void forEachNamed(Consumer<byte[]> consumer) {
        if (named != null) {
            for (byte[] key : named) {
                consumer.accept(key);
            }
        }
    }

    /** Adds whether these are all keys; if not, their number and the keys. */
    void encodeTo(ByteOutput out) {
        out.writeBoolean(named == null);
        if (named != null) {
            out.writeInt(named.length);
            for (byte[] key : named) {
                out.writeBytes(key);
            }
        }
    }

    /**
     * Checks that a key is in this set.
     *
     * @throws IllegalArgumentException if it is not
     */
    void require(byte[] key) {
        if (named != null && Arrays.binarySearch(named, key, Arrays::compareUnsigned) < 0) {
            throw new IllegalArgumentException("a procedure that names keys must use only those: key="
                    + Limits.show(key) + " named=" + named.length + "; name this key too, or name none to use all");
        }
    }

    /**
     * Checks that all keys are in this set.
     *
     * @throws IllegalStateException if they are not
     */
    void requireAll() {
        if (named != null) {
            throw new IllegalStateException("a procedure that names keys must not use ranges, counts or ranks: named="
                    + named.length + "; name none to use all keys");
        }
    }

    /** Returns the parts of the keys, of {@code count} parts. */
    BitSet parts(int count) {
        BitSet parts = new BitSet(count);
        if (named == null) {
            parts.set(0, count);
        } else {
            for (byte[] key : named) {
                parts.set(KeyHash.partOf(key, count));
            }
        }
        return parts;
    }

    /** Returns the logs of the keys, of {@code count} logs. */
    LogSet logs(int count) {
        return named == null ? LogSet.all() : Update.logsOf(parts(count));
    }
}
