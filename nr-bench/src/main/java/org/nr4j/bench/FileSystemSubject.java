package org.nr4j.bench;

import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.Map;
import org.nr4j.Dispatch;
import org.nr4j.WriteBatch;
import org.nr4j.examples.nrfs.NrFs;
import org.nr4j.examples.nrfs.PlainFs;

/**
 * A file system in memory: files of four blocks in directories of a hundred. Reads fetch a block; writes replace one.
 *
 * <p>{@code cnr4} is the file system of the examples. It has several logs, follows a path by a read for each directory,
 * copies its arguments and finds the nodes by itself. In all other ways an operation takes its path in one step.
 */
final class FileSystemSubject implements Subject<FileSystemSubject.Read, FileSystemSubject.Write> {
    private static final int BLOCK = 512;
    private static final int BLOCKS = 4;
    private static final int FILES = 100;
    private static final int LOGS = 4;
    private static final int LOG_CAPACITY = 1 << 12;

    private final int files;
    private final Read[] reads;
    private final Write[] writes;

    /** A read of one block. */
    record Read(String path, long offset) {}

    /** A write of one block, whose bytes are all the same. */
    record Write(String path, long offset, byte[] bytes) {}

    /** Creates a file or a directory in a file system. */
    private interface Making {
        void make(String path) throws FileSystemException;
    }

    /** Reads from a file system. */
    private interface Reading {
        byte[] read(String path, long offset, int length) throws FileSystemException;
    }

    /** Writes to a file system. */
    private interface Writing {
        void write(String path, long offset, byte[] bytes) throws FileSystemException;
    }

    FileSystemSubject(int entries) {
        files = entries;
        byte[][] contents = new byte[Byte.MAX_VALUE][BLOCK];
        for (int value = 0; value < contents.length; value++) {
            Arrays.fill(contents[value], (byte) value);
        }
        reads = new Read[files * BLOCKS];
        writes = new Write[files * BLOCKS];
        for (int i = 0; i < reads.length; i++) {
            reads[i] = new Read(pathOf(i / BLOCKS), (long) i % BLOCKS * BLOCK);
            writes[i] = new Write(reads[i].path, reads[i].offset, contents[i % contents.length]);
        }
    }

    private static String pathOf(int file) {
        return directoryOf(file) + "/file" + file % FILES;
    }

    private static String directoryOf(int file) {
        return "/directory" + file / FILES;
    }

    /** Returns a read of each block. */
    Read[] reads() {
        return reads;
    }

    @Override
    public Dispatch<Read, Write, Object> plain() {
        PlainFs fs = new PlainFs();
        return fill(fs::mkdir, fs::create, new Blocks(fs::read, fs::write));
    }

    @Override
    public Map<String, Rival<Read, Write>> rivals() {
        return Map.of("cnr" + LOGS, (replicas, topology) -> {
            NrFs fs = NrFs.create(LOGS, replicas, LOG_CAPACITY);
            return new Owned(fill(fs::mkdir, fs::create, new Blocks(fs::read, fs::write)), fs);
        });
    }

    private Blocks fill(Making mkdir, Making create, Blocks blocks) {
        try {
            for (int file = 0; file < files; file++) {
                if (file % FILES == 0) {
                    mkdir.make(directoryOf(file));
                }
                create.make(pathOf(file));
            }
        } catch (FileSystemException e) {
            throw new IllegalStateException("a new file system must take new files", e);
        }
        for (Write write : writes) {
            blocks.dispatchMut(write);
        }
        return blocks;
    }

    @Override
    public Read read(long roll) {
        return reads[Dice.below(roll, reads.length)];
    }

    @Override
    public Write write(long roll) {
        int block = Dice.below(roll, writes.length);
        byte[] bytes = writes[(int) (roll >>> 16 & 0x7FFF) % writes.length].bytes;
        return new Write(writes[block].path, writes[block].offset, bytes);
    }

    /** A file system, used through its blocks. */
    private record Blocks(Reading reading, Writing writing) implements Dispatch<Read, Write, Object> {
        @Override
        public Object dispatch(Read op) {
            try {
                return reading.read(op.path, op.offset, BLOCK);
            } catch (FileSystemException e) {
                throw new IllegalStateException("all files must be there from the beginning", e);
            }
        }

        @Override
        public Object dispatchMut(Write op) {
            try {
                writing.write(op.path, op.offset, op.bytes);
                return op.bytes.length;
            } catch (FileSystemException e) {
                throw new IllegalStateException("all files must be there from the beginning", e);
            }
        }

        @Override
        public void dispatchMutAll(WriteBatch<Write, Object> batch) {
            while (batch.hasNext()) {
                batch.answer(dispatchMut(batch.next()));
            }
        }
    }

    /** A file system that must be closed. */
    private record Owned(Blocks blocks, NrFs fs) implements Shared<Read, Write> {
        @Override
        public Object execute(Read op) {
            return blocks.dispatch(op);
        }

        @Override
        public Object executeMut(Write op) {
            return blocks.dispatchMut(op);
        }

        @Override
        public void close() {
            fs.close();
        }
    }
}
