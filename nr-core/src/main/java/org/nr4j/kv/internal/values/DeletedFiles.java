package org.nr4j.kv.internal.values;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Files whose names were deleted. A file stays open, and keeps its space, as long as somebody may read a value of it: a
 * snapshot, a listener, or a replica that is behind. The garbage collector finds out when nobody does, and then closes
 * the file. It looks at memory only, and may take its time. So this class asks it to run when the files become many.
 * The JDK does the same for buffers outside the heap. For any number of threads.
 */
final class DeletedFiles {
    private static final int MANY_FILES = 64;
    private static final long MANY_BYTES = 1L << 30;

    /** A file that may be open still. */
    private record Deleted(WeakReference<ValueFile> file, long bytes) {}

    /** Guarded by this. */
    private final List<Deleted> files = new ArrayList<>();

    /** How many files and bytes the last run of the collector has left, since they are in use. Guarded by this. */
    private long filesInUse;

    private long bytesInUse;

    synchronized void add(ValueFile file) {
        files.add(new Deleted(new WeakReference<>(file), file.size()));
    }

    /** Asks the garbage collector to run if there are many files that it may be able to close. */
    void closeUnused() {
        if (areMany()) {
            System.gc();
            noteInUse();
        }
    }

    private synchronized boolean areMany() {
        files.removeIf(each -> each.file.refersTo(null));
        return files.size() > Math.max(MANY_FILES, 2 * filesInUse) || bytes() > Math.max(MANY_BYTES, 2 * bytesInUse);
    }

    private synchronized void noteInUse() {
        files.removeIf(each -> each.file.refersTo(null));
        filesInUse = files.size();
        bytesInUse = bytes();
    }

    /** Returns the length of all files that may be open still. */
    synchronized long bytes() {
        return files.stream().mapToLong(Deleted::bytes).sum();
    }
}
