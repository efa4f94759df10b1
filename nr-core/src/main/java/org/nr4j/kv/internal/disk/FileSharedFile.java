package org.nr4j.kv.internal.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A file of the file system, opened several times, so that several threads can read at once. A channel would need one
 * opening only, but an interrupt closes it for all threads.
 */
final class FileSharedFile implements SharedFile {
    private static final int OPENINGS = 4;

    /** One opening, for one thread at a time. */
    private static final class Opening {
        private final ReentrantLock lock = new ReentrantLock();

        /** Guarded by the lock; null until it is first needed. */
        private @Nullable RandomAccessFile file;
    }

    private final Path path;
    private final RandomAccessFile first;
    private final Opening[] openings = new Opening[OPENINGS];

    private FileSharedFile(Path path, RandomAccessFile first) {
        this.path = path;
        this.first = first;
        for (int i = 0; i < OPENINGS; i++) {
            openings[i] = new Opening();
        }
        openings[0].file = first;
    }

    /** Opens a file that exists. */
    static FileSharedFile open(Path path, boolean writable) throws IOException {
        return new FileSharedFile(path, new RandomAccessFile(path.toFile(), writable ? "rw" : "r"));
    }

    @Override
    public void write(byte[] from, int length, long position) throws IOException {
        openings[0].lock.lock();
        try {
            first.seek(position);
            first.write(from, 0, length);
        } catch (IOException e) {
            throw FileDiskFile.orDiskFull(e, String.valueOf(path.getFileName()));
        } finally {
            openings[0].lock.unlock();
        }
    }

    @Override
    public int read(byte[] to, long position) throws IOException {
        Opening opening = lockOne();
        try {
            RandomAccessFile file = Objects.requireNonNull(opening.file);
            file.seek(position);
            int total = 0;
            while (total < to.length) {
                int read = file.read(to, total, to.length - total);
                if (read < 0) {
                    break;
                }
                total += read;
            }
            return total;
        } finally {
            opening.lock.unlock();
        }
    }

    /** Locks an opening that nobody uses, or else waits for the first one. The last ones are opened when needed. */
    private Opening lockOne() {
        for (int i = OPENINGS - 1; i > 0; i--) {
            Opening opening = openings[i];
            if (opening.lock.tryLock()) {
                if (opening.file != null || reopen(opening)) {
                    return opening;
                }
                opening.lock.unlock();
            }
        }
        openings[0].lock.lock();
        return openings[0];
    }

    private boolean reopen(Opening opening) {
        try {
            opening.file = new RandomAccessFile(path.toFile(), "r");
            return true;
        } catch (FileNotFoundException e) {
            return false; // the name was deleted, or the process has too many files open
        }
    }

    @Override
    public void sync() throws IOException {
        first.getFD().sync();
    }

    @Override
    public long size() throws IOException {
        return first.length();
    }

    @Override
    public void close() throws IOException {
        for (Opening opening : openings) {
            opening.lock.lock();
            try {
                if (opening.file != null) {
                    opening.file.close();
                }
            } finally {
                opening.lock.unlock();
            }
        }
    }
}
