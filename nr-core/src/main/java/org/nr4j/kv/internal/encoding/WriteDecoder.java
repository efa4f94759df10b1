package org.nr4j.kv.internal.encoding;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.bytes.ByteInput;
import org.nr4j.kv.internal.contents.ContentsBuilder;
import org.nr4j.kv.internal.file.BlockInput;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.op.Batch;
import org.nr4j.kv.internal.op.Increment;
import org.nr4j.kv.internal.op.MoveValue;
import org.nr4j.kv.internal.op.PutStored;
import org.nr4j.kv.internal.op.SetExpiry;
import org.nr4j.kv.internal.op.Updates.CollectDue;
import org.nr4j.kv.internal.op.Updates.CompareAndSet;
import org.nr4j.kv.internal.op.Updates.Fetch;
import org.nr4j.kv.internal.op.Updates.Put;
import org.nr4j.kv.internal.op.Updates.Remove;
import org.nr4j.kv.internal.op.Updates.RemoveIf;
import org.nr4j.kv.internal.op.Updates.RemoveRange;
import org.nr4j.kv.internal.op.Updates.ReplaceAll;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.op.WriteFormat;
import org.nr4j.kv.internal.procedure.ProcedureBody;
import org.nr4j.kv.internal.procedure.ProcedureKeys;
import org.nr4j.kv.internal.procedure.ProcedureWrite;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.tree.Totals;
import org.nr4j.kv.internal.value.StoredEntry;
import org.nr4j.kv.internal.value.StoredValue;
import org.nr4j.kv.internal.value.StoredValues;

/**
 * Makes writes of bytes, for one store. Trusts nothing in the bytes. Computes the hashes of entries anew. For any
 * number of threads.
 */
public final class WriteDecoder {
    private static final int LEAST_WRITE = 2;
    private static final int LEAST_BYTES = Integer.BYTES;

    private final int parts;
    private final Shape shape;
    private final Limits limits;
    private final ContentsBuilder.Hash hash;
    private final Procedures procedures;
    private final @Nullable StoredValues files;

    /** Knows the registered procedures. */
    @FunctionalInterface
    public interface Procedures {
        /** Returns the code of a procedure; null if none of that name is registered. */
        @Nullable
        ProcedureBody of(String name);
    }

    /**
     * Creates a decoder.
     *
     * @param parts the number of the store's parts
     * @param shape the shape of its trees
     * @param limits those of keys and values
     * @param files those of the store whose log has the writes; null for writes of another store
     */
    public WriteDecoder(
            int parts,
            Shape shape,
            Limits limits,
            ContentsBuilder.Hash hash,
            Procedures procedures,
            @Nullable StoredValues files) {
        this.parts = parts;
        this.shape = shape;
        this.limits = limits;
        this.hash = hash;
        this.procedures = procedures;
        this.files = files;
    }

    /**
     * Returns the write of some bytes.
     *
     * @throws IllegalArgumentException if an encoder has not written them, or if they call a procedure that is not
     *     registered, or if a key or value is longer than the limits
     */
    public Update decode(byte[] bytes) {
        ByteInput in = new ByteInput(bytes);
        requireVersion(in);
        Update write = next(in);
        if (!in.isAtEnd()) {
            throw in.malformed("nothing must follow a write");
        }
        return write;
    }

    /** Reads the version that comes before writes, and refuses others. */
    public static void requireVersion(ByteInput in) {
        int version = in.readByte();
        if (version != WriteFormat.VERSION) {
            throw in.malformed("a write must have format version " + WriteFormat.VERSION + ": version=" + version);
        }
    }

    /** Reads the next write. Throws as {@link #decode}. */
    public Update next(ByteInput in) {
        return next(in, /* nested= */ false);
    }

    private Update next(ByteInput in, boolean nested) {
        Start start = Start.of(in);
        return switch (start.kind) {
            case WriteFormat.PUT -> put(in, start);
            case WriteFormat.FETCH -> new Fetch(key(in), start.now);
            case WriteFormat.COMPARE_AND_SET -> compareAndSet(in, start);
            case WriteFormat.REMOVE -> new Remove(key(in), start.now);
            case WriteFormat.REMOVE_IF -> new RemoveIf(key(in), nullableValue(in), start.now);
            case WriteFormat.REMOVE_RANGE -> new RemoveRange(in.readNullableBytes(), in.readNullableBytes(), start.now);
            case WriteFormat.INCREMENT -> new Increment(key(in), in.readLong(), start.now);
            case WriteFormat.SET_EXPIRY -> new SetExpiry(key(in), start.expiry, start.now);
            case WriteFormat.PUT_STORED -> putStored(in, start);
            default -> {
                if (nested) {
                    throw in.malformed("a write of a batch must be of one key or range: kind=" + start.kind);
                }
                yield whole(in, start);
            }
        };
    }

    private Update whole(ByteInput in, Start start) {
        return switch (start.kind) {
            case WriteFormat.COLLECT_DUE -> new CollectDue(keys(in, in.readCount(LEAST_BYTES)), start.now);
            case WriteFormat.BATCH -> batch(in, start);
            case WriteFormat.PROCEDURE -> procedure(in, start);
            case WriteFormat.REPLACE_ALL -> replaceAll(in);
            case WriteFormat.MOVE_VALUE -> moveValue(in);
            default -> throw in.malformed("a write must be of a known kind: kind=" + start.kind);
        };
    }

    private Put put(ByteInput in, Start start) {
        byte[] key = key(in);
        byte[] value = value(in);
        return new Put(
                key,
                value,
                start.expiry,
                hash.hash(key, value, start.expiry),
                start.has(WriteFormat.IF_ABSENT) ? When.ABSENT : When.ALWAYS,
                start.has(WriteFormat.ANSWERS_OLD),
                start.now);
    }

    private PutStored putStored(ByteInput in, Start start) {
        StoredValues own = requireFiles(in);
        return new PutStored(
                key(in),
                StoredEntry.decode(in, own),
                start.expiry,
                start.has(WriteFormat.IF_ABSENT) ? When.ABSENT : When.ALWAYS,
                start.has(WriteFormat.ANSWERS_OLD),
                start.now);
    }

    private MoveValue moveValue(ByteInput in) {
        StoredValues own = requireFiles(in);
        byte[] key = key(in);
        StoredValue from = in.readBoolean() ? StoredEntry.decode(in, own).value() : null;
        return new MoveValue(key, from, StoredEntry.decode(in, own));
    }

    private StoredValues requireFiles(ByteInput in) {
        if (files == null) {
            throw in.malformed("a write of another store must not name a file");
        }
        return files;
    }

    private CompareAndSet compareAndSet(ByteInput in, Start start) {
        byte[] key = key(in);
        byte[] expected = value(in);
        byte[] value = value(in);
        return new CompareAndSet(key, expected, value, start.expiry, hash.hash(key, value, start.expiry), start.now);
    }

    private Batch batch(ByteInput in, Start start) {
        List<Batch.Condition> conditions = new ArrayList<>();
        for (int left = in.readCount(LEAST_WRITE); left > 0; left--) {
            conditions.add(condition(in, Start.of(in)));
        }
        List<Update> updates = new ArrayList<>();
        for (int left = in.readCount(LEAST_WRITE); left > 0; left--) {
            updates.add(next(in, /* nested= */ true));
        }
        return new Batch(conditions, updates, start.has(WriteFormat.MAY_THROW));
    }

    private Batch.Condition condition(ByteInput in, Start start) {
        if (start.kind != WriteFormat.CONDITION) {
            throw in.malformed("a condition must come before the writes of a batch: kind=" + start.kind);
        }
        byte[] key = key(in);
        return new Batch.Condition(key, start.has(WriteFormat.PRESENT), nullableValue(in), start.now);
    }

    private ProcedureWrite procedure(ByteInput in, Start start) {
        String name = new String(in.readBytes(), StandardCharsets.UTF_8);
        byte[] argument = in.readNullableBytes();
        ProcedureKeys keys =
                in.readBoolean() ? ProcedureKeys.ALL : ProcedureKeys.of(keys(in, in.readCount(LEAST_BYTES)));
        ProcedureBody body = procedures.of(name);
        if (body == null) {
            throw new IllegalArgumentException("a store must have registered the procedures of its writes: procedure="
                    + name + "; call procedure(...) in the builder");
        }
        return new ProcedureWrite(name, body, argument, keys, start.now);
    }

    private ReplaceAll replaceAll(ByteInput in) {
        ByteBuffer rest = in.readRest();
        ContentsBuilder builder = new ContentsBuilder(parts, shape);
        try (ByteArrayInputStream stream =
                new ByteArrayInputStream(rest.array(), rest.arrayOffset(), rest.remaining())) {
            builder.addAll(
                    new BlockInput(stream, limits, (rule, at) -> new IOException(rule + " offset=" + at)),
                    WriteFormat.NO_TIME,
                    hash);
            if (stream.available() > 0) {
                throw in.malformed("nothing must follow a write");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "a write that replaces all must contain a snapshot: " + e.getMessage() + "; pass the bytes as they "
                            + "were written",
                    e);
        }
        return new ReplaceAll(builder.build());
    }

    // ---- parts of a write ----

    private byte[] key(ByteInput in) {
        return limits.check(in.readBytes());
    }

    private List<byte[]> keys(ByteInput in, int count) {
        List<byte[]> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            keys.add(limits.check(in.readBytes()));
        }
        return keys;
    }

    private byte[] value(ByteInput in) {
        return limits.checkValue(in.readBytes());
    }

    private byte @Nullable [] nullableValue(ByteInput in) {
        byte[] value = in.readNullableBytes();
        return value == null ? null : limits.checkValue(value);
    }

    /** The beginning of each write; see {@link WriteFormat}. */
    private record Start(int kind, int flags, long now, long expiry) {
        static Start of(ByteInput in) {
            int kind = in.readByte();
            int flags = in.readByte();
            if ((flags & ~flagsOf(kind)) != 0) {
                throw in.malformed("a write must have no unknown flag: kind=" + kind + " flags=" + flags);
            }
            long now = (flags & WriteFormat.TIMED) == 0 ? WriteFormat.NO_TIME : in.readLong();
            long expiry = (flags & WriteFormat.EXPIRES) == 0 ? Totals.NEVER : in.readLong();
            return new Start(kind, flags, now, expiry);
        }

        private static int flagsOf(int kind) {
            return switch (kind) {
                case WriteFormat.PUT, WriteFormat.PUT_STORED ->
                    WriteFormat.TIMED | WriteFormat.EXPIRES | WriteFormat.ANSWERS_OLD | WriteFormat.IF_ABSENT;
                case WriteFormat.COMPARE_AND_SET, WriteFormat.SET_EXPIRY -> WriteFormat.TIMED | WriteFormat.EXPIRES;
                case WriteFormat.BATCH -> WriteFormat.MAY_THROW;
                case WriteFormat.CONDITION -> WriteFormat.TIMED | WriteFormat.PRESENT;
                case WriteFormat.REPLACE_ALL, WriteFormat.MOVE_VALUE -> 0;
                default -> WriteFormat.TIMED;
            };
        }

        boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }
}
