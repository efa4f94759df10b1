package org.nr4j.kv.internal.durable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.bytes.ByteInput;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.contents.ContentsBuilder;
import org.nr4j.kv.internal.encoding.WriteDecoder;
import org.nr4j.kv.internal.file.BlockInput;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.op.Updates.ReplaceAll;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.segment.SegmentHeader;
import org.nr4j.kv.internal.segment.TornTail;
import org.nr4j.kv.internal.tree.EntryScan;
import org.nr4j.kv.internal.value.StoredEntry;
import org.nr4j.kv.internal.value.StoredValue;
import org.nr4j.kv.internal.values.ValueLog;
import org.nr4j.kv.internal.wal.Base;
import org.nr4j.kv.internal.wal.Recovery;

/**
 * Makes the contents of a store again, from its base and its log. Each write is applied as it was then, with the time
 * that it carries. One that threw throws again, and changes nothing. For one thread.
 */
final class Replay implements Recovery.Records {
    private static final Logger LOGGER = System.getLogger(Replay.class.getName());

    static final Limits LIMITS = new Limits(Limits.LONGEST_KEY, Limits.LONGEST_VALUE);

    private final StoreForm form;
    private final Recovery recovery;
    private final ValueLog values;

    /** The values that the last records name, which may not have been synced. */
    private final List<StoredValue> unsynced = new ArrayList<>();

    /** The contents so far. Its parts are the logs that the store had when the record was written. */
    private StoreReplica replica;

    private WriteDecoder decoder;

    private Coverage coverage = new Coverage(null);

    /**
     * Creates a replay.
     *
     * @param form that of the store that gets the contents
     * @param values the files of the values
     */
    Replay(StoreForm form, Recovery recovery, ValueLog values) {
        this.form = form;
        this.recovery = recovery;
        this.values = values;
        this.replica = form.emptyReplica(form.parts());
        this.decoder = form.logDecoder(form.parts(), values);
    }

    /** Reads base and log. Returns the torn tail of the log, or null. Afterwards {@link #contents} has everything. */
    @Nullable
    TornTail run() throws IOException {
        Base base = recovery.base();
        if (base != null) {
            readBase(base);
        }
        return recovery.replay(this);
    }

    private void readBase(Base base) throws IOException {
        coverage = new Coverage(base.position());
        ContentsBuilder builder = new ContentsBuilder(base.position().indexes().length, form.shape());
        BaseReader.read(recovery, base, blocks -> {
            while (blocks.next()) {
                addEntry(blocks, builder);
            }
        });
        become(builder.build());
    }

    private void addEntry(BlockInput from, ContentsBuilder to) {
        byte[] key = from.key();
        if (from.isStored()) {
            StoredEntry entry = StoredEntry.decode(new ByteInput(from.value()), values);
            to.add(key, form.hash().ofStored(key, entry, from.expiry()), from.expiry());
        } else {
            to.add(key, from.value(), from.expiry(), form.hash().hash(key, from.value(), from.expiry()));
        }
    }

    private void become(Contents contents) {
        replica = form.emptyReplica(contents.parts());
        decoder = form.logDecoder(contents.parts(), values);
        new ReplaceAll(contents).applyTo(replica);
    }

    @Override
    public void accept(SegmentHeader header, long offset, byte[] payload) throws IOException {
        int logs = header.start().indexes().length;
        if (coverage.enter(header) && logs != replica.parts()) {
            become(spread(replica.contents(), logs));
        }
        try {
            CommitRecord.read(payload, decoder, (write, continues) -> apply(header, write, continues));
        } catch (IllegalArgumentException e) {
            throw unreadable(header, offset, e);
        }
    }

    /**
     * Whether the files have all values that a record names. Files of writes that the base covers may have been
     * deleted.
     */
    @Override
    public boolean isComplete(SegmentHeader segment, byte[] payload) throws IOException {
        List<StoredValue> named = new ArrayList<>();
        List<StoredValue> needed = new ArrayList<>();
        Coverage ahead = coverage.copy();
        ahead.enter(segment);
        WriteDecoder finder = form.logDecoder(replica.parts(), (file, offset, length) -> {
            StoredValue value = values.at(file, offset, length);
            named.add(value);
            return value;
        });
        try {
            CommitRecord.read(payload, finder, (write, continues) -> {
                if (!ahead.covers(segment, write, continues)) {
                    needed.addAll(named);
                }
                named.clear();
            });
        } catch (IllegalArgumentException e) {
            return true; // a store that does not know the writes says so when it applies them
        }
        for (StoredValue value : needed) {
            if (!values.isIntact(value)) {
                return false;
            }
        }
        unsynced.addAll(needed);
        return true;
    }

    /** Brings the values to the disk that the last records name. */
    void syncValues() throws IOException {
        values.rewrite(unsynced);
    }

    private static IOException unreadable(SegmentHeader header, long offset, IllegalArgumentException cause) {
        return new IOException(
                "the store must know the writes of its log: file=" + header.name() + " offset=" + offset + " problem="
                        + cause.getMessage(),
                cause);
    }

    private void apply(SegmentHeader header, Update write, boolean continues) {
        if (!coverage.covers(header, write, continues)) {
            applyAsThen(write);
        }
    }

    private void applyAsThen(Update write) {
        try {
            write.applyTo(replica);
        } catch (VirtualMachineError e) {
            if (e.getCause() instanceof UncheckedIOException unreadable) {
                throw unreadable;
            }
            throw e;
        } catch (UncheckedIOException e) {
            LOGGER.log(
                    Logger.Level.WARNING,
                    "a value that a write reads is damaged, so the write changes nothing: if the value was intact when "
                            + "the write was made, the store has lost the write; check its files",
                    e);
        } catch (Throwable e) {
            // It threw then, too, and changed nothing.
        }
    }

    /** Returns the contents, in as many parts as the store has now. */
    Contents contents() {
        Contents contents = replica.contents();
        return contents.parts() == form.parts() ? replica.snapshot() : spread(contents, form.parts());
    }

    /** Returns the same contents in another number of parts. */
    private Contents spread(Contents contents, int parts) {
        ContentsBuilder builder = new ContentsBuilder(parts, form.shape());
        EntryScan scan = contents.scan(null, null, /* descending= */ false);
        while (scan.advance()) {
            addEntry(scan, builder);
        }
        return builder.build();
    }

    private void addEntry(EntryScan from, ContentsBuilder to) {
        byte[] key = from.key();
        if (from.outsideValue() instanceof StoredValue stored) {
            to.add(key, new StoredEntry(stored, form.hasherId(), from.hash()), from.expiry());
        } else {
            byte[] value = from.value();
            to.add(key, value, from.expiry(), form.hash().hash(key, value, from.expiry()));
        }
    }
}
