package org.nr4j.kv.internal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that knows which of its contents would survive a power failure. {@link #crash} returns what might be
 * left. Calls can be made to fail, and the disk can be small.
 *
 * <p>The memory of the operating system, which programs see, is {@code visible}; what is on the platters is
 * {@code synced}; the rest is pending. After a failed sync, the pending changes count as written and are not.
 *
 * <p>For any number of threads.
 */
public final class ModelDisk implements Disk {
    private static final int SECTOR = 512;

    /** A change of the directory: removes one name or none, and adds one or none. At once. */
    private record Entry(String removed, String added, ModelFile file) {}

    private final Random random;
    private final TreeMap<String, ModelFile> synced = new TreeMap<>();
    private final TreeMap<String, ModelFile> visible = new TreeMap<>();
    private final List<Entry> pending = new ArrayList<>();

    private long capacity = Long.MAX_VALUE;
    private int calls;
    private int failAt = Integer.MAX_VALUE;
    private boolean failAlways;
    private boolean failed;
    private int opened;

    public ModelDisk(Random random) {
        this.random = random;
    }

    /** Makes the call after {@code count} others fail, and those after it too if {@code always}. */
    public synchronized void failAfter(int count, boolean always) {
        failAt = calls + count;
        failAlways = always;
        failed = false;
    }

    public synchronized void failNoMore() {
        failAt = Integer.MAX_VALUE;
    }

    /** Whether a call has failed since the last {@link #failAfter}. */
    public synchronized boolean hasFailed() {
        return failed;
    }

    public synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    public synchronized long used() {
        return visible.values().stream().mapToLong(file -> file.visible.length).sum();
    }

    /** How many files are open. */
    public synchronized int opened() {
        return opened;
    }

    private boolean fails() {
        boolean fails = failAlways ? calls >= failAt : calls == failAt;
        calls++;
        failed |= fails;
        return fails;
    }

    private void call(String what) throws IOException {
        if (fails()) {
            throw new IOException("injected: " + what);
        }
    }

    /** A copy of a file's contents, or a replacement of them, past all faults. */
    public synchronized byte[] bytes(String name) {
        return visible.get(name).visible.clone();
    }

    public synchronized void put(String name, byte[] bytes) {
        ModelFile file = new ModelFile();
        file.visible = bytes.clone();
        file.synced = bytes.clone();
        visible.put(name, file);
        synced.put(name, file);
    }

    /** A disk with the same visible contents, all of them synced. */
    public synchronized ModelDisk copy() {
        ModelDisk copy = new ModelDisk(random);
        visible.forEach((name, file) -> copy.put(name, file.visible));
        return copy;
    }

    /** Returns a disk with what a power failure might leave: any part of what is pending, in any order. */
    public synchronized ModelDisk crash() {
        ModelDisk left = new ModelDisk(random);
        TreeMap<String, ModelFile> names = new TreeMap<>(synced);
        int most = random.nextInt(3) == 0 ? pending.size() : random.nextInt(pending.size() + 1);
        for (Entry entry : pending.subList(0, most)) {
            if (random.nextInt(4) > 0) {
                apply(entry, names);
            }
        }
        names.forEach((name, file) -> left.put(name, file.afterCrash(random)));
        return left;
    }

    private static void apply(Entry entry, TreeMap<String, ModelFile> names) {
        if (entry.removed != null) {
            names.remove(entry.removed);
        }
        if (entry.added != null) {
            names.put(entry.added, entry.file);
        }
    }

    private void change(Entry entry) {
        apply(entry, visible);
        pending.add(entry);
    }

    @Override
    public synchronized DiskFile create(String name) throws IOException {
        call("create " + name);
        if (visible.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        if (used() >= capacity) {
            throw new DiskFullException(name, new IOException("no space in the model"));
        }
        change(new Entry(null, name, new ModelFile()));
        return open(name, true);
    }

    @Override
    public synchronized DiskFile openForReading(String name) throws IOException {
        call("open " + name);
        return open(name, false);
    }

    @Override
    public synchronized DiskFile openForWriting(String name) throws IOException {
        call("open " + name);
        return open(name, true);
    }

    @Override
    public SharedFile createShared(String name) throws IOException {
        return new SharedHandle(create(name));
    }

    @Override
    public SharedFile openShared(String name, boolean writable) throws IOException {
        return new SharedHandle(writable ? openForWriting(name) : openForReading(name));
    }

    private DiskFile open(String name, boolean writable) throws IOException {
        ModelFile file = visible.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        opened++;
        return new Handle(name, file, writable);
    }

    @Override
    public synchronized List<String> list() throws IOException {
        call("list");
        return new ArrayList<>(visible.keySet());
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        call("rename " + from);
        if (!visible.containsKey(from)) {
            throw new NoSuchFileException(from);
        }
        change(new Entry(from, to, visible.get(from)));
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        call("delete " + name);
        if (visible.containsKey(name)) {
            change(new Entry(name, null, null));
        }
    }

    @Override
    public synchronized void sync() throws IOException {
        call("sync directory");
        pending.forEach(entry -> apply(entry, synced));
        pending.clear();
    }

    @Override
    public synchronized long usableBytes() {
        return Math.max(0, capacity - used());
    }

    @Override
    public synchronized void close() {}

    /** A change of a file: bytes at a position, or a new size if there are none. */
    private record Change(long position, byte[] bytes) {
        long sizeAfter(long before) {
            return bytes.length == 0 ? position : Math.max(before, position + bytes.length);
        }
    }

    /** The contents of a file, whatever its names are. */
    private static final class ModelFile {
        private byte[] visible = new byte[0];
        private byte[] synced = new byte[0];
        private final List<Change> pending = new ArrayList<>();

        void change(Change change) {
            visible = apply(change, visible);
            pending.add(change);
        }

        static byte[] apply(Change change, byte[] before) {
            byte[] after = Arrays.copyOf(before, (int) change.sizeAfter(before.length));
            System.arraycopy(change.bytes, 0, after, (int) change.position, change.bytes.length);
            return after;
        }

        void sync() {
            for (Change change : pending) {
                synced = apply(change, synced);
            }
            pending.clear();
        }

        /** The changes count as written. Programs may still see some of them. */
        void dropPending(Random random) {
            if (random.nextBoolean()) {
                visible = synced.clone();
                for (Change change : pending) {
                    if (random.nextBoolean()) {
                        visible = apply(change, visible);
                    }
                }
            }
            pending.clear();
        }

        byte[] afterCrash(Random random) {
            List<Long> sizes = new ArrayList<>(List.of((long) synced.length));
            List<Change> parts = new ArrayList<>();
            for (Change change : pending) {
                sizes.add(change.sizeAfter(sizes.get(sizes.size() - 1)));
                addSectors(change, parts);
            }
            Collections.shuffle(parts, random);
            int keptInTen = random.nextInt(11);
            byte[] left = synced;
            for (Change part : parts) {
                if (random.nextInt(10) < keptInTen) {
                    left = apply(torn(part, random), left);
                }
            }
            int before = left.length;
            int size = sizes.get(random.nextInt(sizes.size())).intValue();
            left = Arrays.copyOf(left, size);
            if (size > before && random.nextInt(4) == 0) {
                byte[] garbage = new byte[size - before];
                random.nextBytes(garbage);
                System.arraycopy(garbage, 0, left, before, garbage.length);
            }
            return left;
        }

        private static void addSectors(Change change, List<Change> parts) {
            int from = 0;
            while (from < change.bytes.length) {
                int toEnd = (int) (SECTOR - (change.position + from) % SECTOR);
                int to = Math.min(change.bytes.length, from + toEnd);
                parts.add(new Change(change.position + from, Arrays.copyOfRange(change.bytes, from, to)));
                from = to;
            }
        }

        private static Change torn(Change part, Random random) {
            if (random.nextInt(4) > 0) {
                return part;
            }
            int cut = random.nextInt(part.bytes.length);
            boolean start = cut > 0 && random.nextBoolean();
            byte[] bytes =
                    start ? Arrays.copyOf(part.bytes, cut) : Arrays.copyOfRange(part.bytes, cut, part.bytes.length);
            return new Change(start ? part.position : part.position + cut, bytes);
        }
    }

    /** An open file. */
    private final class Handle implements DiskFile {
        private final String name;
        private final ModelFile file;
        private final boolean writable;
        private boolean open = true;

        Handle(String name, ModelFile file, boolean writable) {
            this.name = name;
            this.file = file;
            this.writable = writable;
        }

        private void require(boolean condition) {
            if (!open || !condition) {
                throw new AssertionError(name + " open=" + open + " writable=" + writable);
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            synchronized (ModelDisk.this) {
                require(writable);
                byte[] bytes = new byte[from.remaining()];
                from.get(bytes);
                boolean fails = fails();
                long growth = Math.max(0, position + bytes.length - file.visible.length);
                long room = capacity - used();
                boolean full = growth > room;
                if (fails || full) {
                    int most = full ? (int) Math.max(0, bytes.length - (growth - room)) : bytes.length;
                    bytes = Arrays.copyOf(bytes, fails ? random.nextInt(most + 1) : most);
                }
                if (bytes.length > 0) {
                    file.change(new Change(position, bytes));
                }
                if (fails) {
                    throw new IOException("injected: short write of " + name);
                }
                if (full) {
                    throw new DiskFullException(name, new IOException("no space in the model"));
                }
            }
        }

        @Override
        public int read(ByteBuffer to, long position) throws IOException {
            synchronized (ModelDisk.this) {
                require(true);
                call("read " + name);
                int length = (int) Math.max(0, Math.min(to.remaining(), file.visible.length - position));
                if (length > 0) {
                    to.put(file.visible, (int) position, length);
                }
                return length;
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (ModelDisk.this) {
                require(writable && size <= file.visible.length);
                call("truncate " + name);
                file.change(new Change(size, new byte[0]));
            }
        }

        @Override
        public void sync() throws IOException {
            synchronized (ModelDisk.this) {
                require(writable);
                if (fails()) {
                    file.dropPending(random);
                    throw new IOException("injected: sync " + name);
                }
                file.sync();
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (ModelDisk.this) {
                require(true);
                call("size " + name);
                return file.visible.length;
            }
        }

        @Override
        public void close() {
            synchronized (ModelDisk.this) {
                opened -= open ? 1 : 0;
                open = false;
            }
        }
    }

    /** An open file for any number of threads. It is not counted as open: whoever refers to it keeps it. */
    private final class SharedHandle implements SharedFile {
        private final DiskFile file;

        SharedHandle(DiskFile file) {
            this.file = file;
            synchronized (ModelDisk.this) {
                opened--;
            }
        }

        @Override
        public void write(byte[] from, int length, long position) throws IOException {
            file.write(ByteBuffer.wrap(from, 0, length), position);
        }

        @Override
        public int read(byte[] to, long position) throws IOException {
            return file.read(ByteBuffer.wrap(to), position);
        }

        @Override
        public void sync() throws IOException {
            file.sync();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            synchronized (ModelDisk.this) {
                opened++;
                file.close();
            }
        }
    }
}
