package org.nr4j.kv.internal.durable;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.contents.ContentsBuilder;
import org.nr4j.kv.internal.encoding.WriteDecoder;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.op.Updates.ReplaceAll;
import org.nr4j.kv.internal.op.WriteFormat;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.segment.LogPosition;
import org.nr4j.kv.internal.segment.SegmentHeader;
import org.nr4j.kv.internal.segment.TornTail;
import org.nr4j.kv.internal.tree.EntryScan;
import org.nr4j.kv.internal.wal.Base;
import org.nr4j.kv.internal.wal.Recovery;

/**
 * Makes the contents of a store again, from its base and its log. Each write is applied as it was then, with the time
 * that it carries. One that threw throws again, and changes nothing. For one thread.
 */
final class Replay implements Recovery.Records {
    static final Limits LIMITS = new Limits(Limits.LONGEST_KEY, Limits.LONGEST_VALUE);

    private final StoreForm form;
    private final Recovery recovery;

    /** The contents so far. Its parts are the logs that the store had when the record was written. */
    private StoreReplica replica;

    private WriteDecoder decoder;

    /** The segment of the record before, and the numbers of its writes. */
    private @Nullable SegmentHeader segment;

    private WriteCounts counts;

    /** Where the base ends; null if there is none. */
    private @Nullable LogPosition basePosition;

    private boolean skipping;

    /** @param form that of the store that gets the contents */
    Replay(StoreForm form, Recovery recovery) {
        this.form = form;
        this.recovery = recovery;
        this.replica = form.emptyReplica(form.parts());
        this.decoder = form.decoder(form.parts(), LIMITS);
        this.counts = new WriteCounts(new long[form.parts()]);
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
        basePosition = base.position();
        ContentsBuilder builder = new ContentsBuilder(base.position().indexes().length, form.shape());
        BaseReader.read(recovery, base, blocks -> builder.addAll(blocks, WriteFormat.NO_TIME, form.hash()));
        become(builder.build());
    }

    private void become(Contents contents) {
        replica = form.emptyReplica(contents.parts());
        decoder = form.decoder(contents.parts(), LIMITS);
        new ReplaceAll(contents).applyTo(replica);
    }

    @Override
    public void accept(SegmentHeader header, long offset, byte[] payload) throws IOException {
        if (segment == null || segment.number() != header.number()) {
            segment = header;
            long[] start = header.start().indexes();
            counts = new WriteCounts(start);
            if (start.length != replica.parts()) {
                become(spread(replica.contents(), start.length));
            }
        }
        try {
            CommitRecord.read(payload, decoder, (write, continues) -> apply(header, write, continues));
        } catch (IllegalArgumentException e) {
            throw unreadable(header, offset, e);
        }
    }

    private static IOException unreadable(SegmentHeader header, long offset, IllegalArgumentException cause) {
        return new IOException(
                "the store must know the writes of its log: file=" + header.name() + " offset=" + offset + " problem="
                        + cause.getMessage(),
                cause);
    }

    private void apply(SegmentHeader header, Update write, boolean continues) {
        if (!continues) {
            skipping = isInBase(header, write);
        }
        counts.add(write, continues);
        if (!skipping) {
            applyAsThen(write);
        }
    }

    private boolean isInBase(SegmentHeader header, Update write) {
        if (basePosition == null || header.start().epoch() > basePosition.epoch()) {
            return false;
        }
        return header.start().epoch() < basePosition.epoch() || counts.isNextBefore(write, basePosition.indexes());
    }

    private void applyAsThen(Update write) {
        try {
            write.applyTo(replica);
        } catch (VirtualMachineError e) {
            throw e;
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
            byte[] key = scan.key();
            byte[] value = scan.value();
            builder.add(key, value, scan.expiry(), form.hash().of(key, value, scan.expiry()));
        }
        return builder.build();
    }
}
