package org.nr4j.examples.nrfs;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A file or directory of one replica. It knows its name and its directory, so an operation can check that it is still
 * where its path led. It belongs to the log of its number.
 */
abstract sealed class Node {
    final long number;
    long parent;
    String name;

    private Node(long number, long parent, String name) {
        this.number = number;
        this.parent = parent;
        this.name = name;
    }

    static Node of(boolean directory, long number, long parent, String name) {
        return directory ? new Directory(number, parent, name) : new File(number, parent, name);
    }

    abstract boolean isDirectory();

    abstract FileStat stat();

    abstract boolean hasContentsOf(Node other);

    /** Returns whether the node of another replica is the same. */
    boolean isLike(Node other) {
        return other != null
                && number == other.number
                && parent == other.parent
                && name.equals(other.name)
                && hasContentsOf(other);
    }

    /**
     * Names, and the nodes that they stand for. Each name also records whether its node is a directory, since the node
     * itself belongs to another log.
     */
    static final class Directory extends Node {
        final NavigableMap<String, Child> children = new TreeMap<>();

        Directory(long number, long parent, String name) {
            super(number, parent, name);
        }

        @Override
        boolean isDirectory() {
            return true;
        }

        @Override
        FileStat stat() {
            return new FileStat(true, children.size(), 0);
        }

        @Override
        boolean hasContentsOf(Node other) {
            return other instanceof Directory directory && children.equals(directory.children);
        }
    }

    /** The node that a name stands for. */
    record Child(long number, boolean directory) {}

    /** Bytes, in blocks. A block that was never written does not exist, and reads as zeros. */
    static final class File extends Node {
        static final int BLOCK = 4096;

        private final Map<Long, byte[]> blocks = new HashMap<>();
        private long size;

        File(long number, long parent, String name) {
            super(number, parent, name);
        }

        @Override
        boolean isDirectory() {
            return false;
        }

        @Override
        FileStat stat() {
            return new FileStat(false, size, (long) blocks.size() * BLOCK);
        }

        /** Writes bytes at an offset, which may be beyond the end. */
        void write(long offset, byte[] bytes) {
            for (int done = 0; done < bytes.length; ) {
                long at = offset + done;
                int inBlock = (int) (at % BLOCK);
                int length = Math.min(BLOCK - inBlock, bytes.length - done);
                byte[] block = blocks.computeIfAbsent(at / BLOCK, number -> new byte[BLOCK]);
                System.arraycopy(bytes, done, block, inBlock, length);
                done += length;
            }
            if (bytes.length > 0) {
                size = Math.max(size, offset + bytes.length);
            }
        }

        /** Reads at most {@code length} bytes from an offset on; fewer at the end. */
        byte[] read(long offset, int length) {
            byte[] bytes = new byte[(int) Math.max(0, Math.min(length, size - offset))];
            for (int done = 0; done < bytes.length; ) {
                long at = offset + done;
                int inBlock = (int) (at % BLOCK);
                int part = Math.min(BLOCK - inBlock, bytes.length - done);
                byte[] block = blocks.get(at / BLOCK);
                if (block != null) {
                    System.arraycopy(block, inBlock, bytes, done, part);
                }
                done += part;
            }
            return bytes;
        }

        @Override
        boolean hasContentsOf(Node other) {
            return other instanceof File file
                    && size == file.size
                    && blocks.keySet().equals(file.blocks.keySet())
                    && blocks.entrySet().stream()
                            .allMatch(block -> Arrays.equals(block.getValue(), file.blocks.get(block.getKey())));
        }
    }
}
