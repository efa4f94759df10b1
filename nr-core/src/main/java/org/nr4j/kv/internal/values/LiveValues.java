package org.nr4j.kv.internal.values;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.tree.EntryScan;

/** How much of each file the entries of a store use. */
public final class LiveValues {
    private final Map<ValueFile, OfFile> files = new HashMap<>();
    private long bytes;

    private LiveValues() {}

    /** Looks at all entries. Reads no values. */
    public static LiveValues of(Contents contents) {
        LiveValues live = new LiveValues();
        EntryScan scan = contents.scan(null, null, /* descending= */ false);
        while (scan.advance()) {
            if (scan.outsideValue() instanceof DiskValue value) {
                live.add(value);
            }
        }
        return live;
    }

    private void add(DiskValue value) {
        long length = ValueFormat.VALUE_HEADER + (long) value.length();
        bytes += length;
        files.computeIfAbsent(value.valueFile(), OfFile::new).add(value.offset() + length, length);
    }

    /** Returns how many bytes of all files are in use. */
    public long bytes() {
        return bytes;
    }

    /** Whether an entry has a value of this file. */
    public boolean uses(ValueFile file) {
        return files.containsKey(file);
    }

    /** Whether less than half of a file is in use. */
    public boolean isMostlyDead(ValueFile file) {
        OfFile used = files.get(file);
        return used != null && used.bytes < file.size() / 2;
    }

    Collection<OfFile> files() {
        return files.values();
    }

    /** What is in use of one file. */
    static final class OfFile {
        private final ValueFile file;
        private long bytes;
        private long end;

        OfFile(ValueFile file) {
            this.file = file;
        }

        void add(long valueEnd, long length) {
            bytes += length;
            end = Math.max(end, valueEnd);
        }

        ValueFile file() {
            return file;
        }

        /** Returns where the last value in use ends. */
        long end() {
            return end;
        }
    }
}
