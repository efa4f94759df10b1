package org.nr4j.kv.internal.durable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.durable.StoreReport;
import org.nr4j.kv.internal.bytes.ByteInput;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.encoding.WriteDecoder;
import org.nr4j.kv.internal.op.WriteFormat;
import org.nr4j.kv.internal.procedure.ProcedureBody;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.segment.SegmentHeader;
import org.nr4j.kv.internal.segment.TornTail;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.value.StoredEntry;
import org.nr4j.kv.internal.value.StoredValue;
import org.nr4j.kv.internal.values.ValueLog;
import org.nr4j.kv.internal.wal.Base;
import org.nr4j.kv.internal.wal.Recovery;

/**
 * Reads a log up to its first damage, and counts what is there. Keeps no contents, runs no procedure, and changes
 * nothing on the disk. For one thread.
 */
public final class LogCheck implements Recovery.Records {
    private static final ProcedureBody NEVER_RUN = (view, argument) -> {
        throw new IllegalStateException("a check must not run a procedure");
    };

    private final List<DamagedLogException> damage = new ArrayList<>();
    private final SortedMap<String, Long> writes = new TreeMap<>();
    private final SortedMap<String, Long> procedures = new TreeMap<>();
    private final StoreForm form = new StoreForm(1, Shape.standard(false), null, this::procedure);
    private final ByteOutput encoded = ByteOutput.forOwnLog(1 << 10);
    private final Recovery recovery;
    private final ValueLog files;
    private final WriteDecoder decoder;
    private final Coverage coverage;

    /** The values that the last write names. */
    private final List<StoredValue> named = new ArrayList<>();

    private long storedValues;
    private final @Nullable DamagedLogException damageOfBase;
    private final @Nullable TornTail torn;
    private long entries;
    private long segments;
    private long records;
    private long lastSegment;

    /**
     * Reads a log.
     *
     * @throws IOException if the disk cannot be read, or has no store, or one of another version
     */
    public LogCheck(Disk disk) throws IOException {
        if (disk.list().isEmpty()) {
            throw new IOException("a store's directory must have its files: directory=" + disk
                    + " files=0; name the directory of a store");
        }
        this.recovery = Recovery.openDamaged(disk, this::found);
        this.files = ValueLog.open(disk, recovery.storeId(), Long.MAX_VALUE, /* cacheBytes= */ 0);
        this.decoder = form.logDecoder(1, this::name);
        Base base = recovery.base();
        this.coverage = new Coverage(base == null ? null : base.position());
        this.damageOfBase = readBase();
        this.torn = damageOfBase == null ? readLog() : null;
    }

    /** Notes damage once, also if it is found again. */
    private void found(DamagedLogException e) {
        if (damage.stream()
                .noneMatch(known -> String.valueOf(known.getMessage()).equals(e.getMessage()))) {
            damage.add(e);
        }
    }

    private @Nullable DamagedLogException readBase() throws IOException {
        Base base = recovery.base();
        if (base == null) {
            return null;
        }
        try {
            BaseReader.read(recovery, base, blocks -> {
                while (blocks.next()) {
                    entries++;
                    if (blocks.isStored()) {
                        check(StoredEntry.decode(new ByteInput(blocks.value()), files)
                                .value());
                    }
                }
            });
            return null;
        } catch (DamagedLogException e) {
            found(e);
            return e;
        }
    }

    private @Nullable TornTail readLog() throws IOException {
        try {
            return recovery.replay(this);
        } catch (DamagedLogException e) {
            found(e);
            return null;
        }
    }

    @Override
    public void accept(SegmentHeader segment, long offset, byte[] payload) throws IOException {
        try {
            coverage.enter(segment);
            CommitRecord.read(payload, decoder, (write, continues) -> count(segment, write, continues));
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new DamagedLogException(
                    "a record must have writes that this release reads; problem=" + e.getMessage(),
                    segment.name(),
                    offset);
        }
        records++;
        if (segment.number() != lastSegment) {
            lastSegment = segment.number();
            segments++;
        }
    }

    private StoredValue name(long file, long offset, int length) {
        StoredValue value = files.at(file, offset, length);
        named.add(value);
        return value;
    }

    /** Notes damage of a value. Goes on, since it concerns this value alone. */
    private void check(StoredValue value) {
        storedValues++;
        try {
            files.requireIntact(value);
        } catch (DamagedLogException e) {
            found(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Files of writes that the base covers may be gone. */
    private void count(SegmentHeader segment, Update write, boolean continues) {
        if (!coverage.covers(segment, write, continues)) {
            named.forEach(this::check);
        }
        named.clear();
        encoded.truncate(0);
        write.encodeTo(encoded);
        writes.merge(WriteFormat.nameOf(encoded.array()[0]), 1L, Long::sum);
    }

    private ProcedureBody procedure(String name) {
        procedures.merge(name, 1L, Long::sum);
        return NEVER_RUN;
    }

    /** Returns what was found. */
    public StoreReport report() {
        Base base = recovery.base();
        return new StoreReport(
                base == null ? null : base.name(),
                entries,
                segments,
                records,
                storedValues,
                writes,
                procedures,
                torn == null ? 0 : torn.bytes(),
                damage);
    }

    Recovery recovery() {
        return recovery;
    }

    /** Returns the damage of the base, or null. */
    @Nullable
    DamagedLogException damageOfBase() {
        return damageOfBase;
    }

    /** Returns how many entries of the base come before its damage. */
    long entries() {
        return entries;
    }
}
