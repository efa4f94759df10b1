package org.nr4j.kv.internal.wal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFile;
import org.nr4j.kv.internal.segment.FileNames;
import org.nr4j.kv.internal.segment.LogPosition;
import org.nr4j.kv.internal.segment.SealedSegment;
import org.nr4j.kv.internal.segment.SegmentHeader;
import org.nr4j.kv.internal.segment.SegmentReader;

/**
 * Copies the intact start of a log, which has been read, into an empty directory. The copy is a log, as a crash might
 * have left it. It is complete once {@link #finish} has returned. For one thread.
 */
public final class LogCopy {
    /** Writes the contents of a base. */
    @FunctionalInterface
    public interface Contents {
        void writeTo(OutputStream out) throws IOException;
    }

    private static final int PART = 1 << 20;

    private final Recovery from;
    private final Disk to;
    private @Nullable Base base;

    /** How many bytes of the log's files the copy has, by name. */
    private final Map<String, Long> copied = new HashMap<>();

    /** @param from nobody starts this log */
    public LogCopy(Recovery from, Disk to) {
        this.from = from;
        this.to = to;
    }

    /** Copies the base, if there is one, and the segments, each up to its last record that was received. */
    public void copyAll() throws IOException {
        base = from.base();
        if (base != null) {
            copy(base.name(), base.bytes());
        }
        for (SealedSegment segment : from.intactSegments()) {
            copy(segment.header().name(), segment.bytes());
        }
    }

    /** Copies the files of values as they are: a damaged value stays so. */
    public void copyValues() throws IOException {
        for (String name : from.disk().list()) {
            if (FileNames.isValues(name)) {
                try (DiskFile file = from.disk().openForReading(name)) {
                    copy(name, file.size());
                }
            }
        }
    }

    /**
     * Writes another base in the place of a damaged one. The copy has nothing else.
     *
     * @param intactBytes how many bytes of the damaged base its contents are
     */
    public void writeBase(Base damaged, Contents contents, long intactBytes) throws IOException {
        try (BaseWriter writer = new BaseWriter(to, damaged.number())) {
            contents.writeTo(writer);
            writer.complete();
            to.rename(FileNames.newBase(damaged.number()), damaged.name());
            base = new Base(damaged.number(), writer.bytes(), damaged.position());
        }
        copied.put(damaged.name(), intactBytes);
    }

    private void copy(String name, long bytes) throws IOException {
        ByteBuffer part = ByteBuffer.allocate((int) Math.min(PART, bytes));
        try (DiskFile source = from.disk().openForReading(name);
                DiskFile target = to.create(name)) {
            for (long at = 0; at < bytes; at += part.limit()) {
                part.clear().limit((int) Math.min(part.capacity(), bytes - at));
                source.read(part, at);
                target.write(part.flip(), at);
            }
            target.sync();
        }
        copied.put(name, bytes);
    }

    /** Returns once the copy is complete and on the disk. */
    public void finish() throws IOException {
        Manifest old = from.manifest();
        long last = old.first() - 1;
        while (copied.containsKey(FileNames.segment(last + 1))) {
            last++;
        }
        to.sync();
        new Manifest(old.storeId(), old.epoch(), old.first(), last, base).replace(to);
    }

    // ---- what is not in the copy ----

    /** Returns how many bytes of the base and the segments are not in the copy. */
    public long bytesLeftOut() throws IOException {
        long result = 0;
        for (String name : from.namesOfParts()) {
            try (DiskFile file = from.disk().openForReading(name)) {
                result += Math.max(0, file.size() - copied.getOrDefault(name, 0L));
            }
        }
        return result;
    }

    /** Returns how many records are not in the copy although their headers are intact. */
    public long recordsLeftOut() throws IOException {
        long result = 0;
        List<String> segments =
                from.namesOfParts().stream().filter(FileNames::isSegment).toList();
        for (String name : segments) {
            try (DiskFile file = from.disk().openForReading(name)) {
                result += SegmentReader.countRecords(file, header(file, name), copied.getOrDefault(name, 0L));
            }
        }
        return result;
    }

    private SegmentHeader header(DiskFile file, String name) throws IOException {
        try {
            return SegmentHeader.read(file, name);
        } catch (DamagedLogException e) {
            Manifest manifest = from.manifest();
            return new SegmentHeader(manifest.storeId(), FileNames.number(name), new LogPosition(manifest.epoch(), 0));
        }
    }
}
