package org.nr4j.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * That nothing is lost and nothing made: what a structure held at first, and what writes brought and took by their
 * answers, is what it holds in the end. Weights make each thing count for itself.
 */
interface Conservation<R, W> {
    Subject<R, W> subject();

    /** The write that a random number stands for. */
    default W write(long roll) {
        return subject().write(roll);
    }

    /** The weight that a write with that answer brought, less what it took. */
    long change(W write, Object answer);

    /** Whether a read may give that answer. */
    default void check(Object answer) {}

    /** All that it holds; may take it out. */
    List<Object> contents(Shared<R, W> shared);

    static long weight(Object thing) {
        return thing == null ? 0 : Dice.next(0x9E3779B97F4A7C15L * (thing.hashCode() + 1L));
    }

    default long weightOf(Shared<R, W> shared) {
        return contents(shared).stream().mapToLong(Conservation::weight).sum();
    }

    /** By the name of the structure. */
    static Conservation<?, ?> of(String structure, int entries) {
        Subject<?, ?> subject = Structures.subject(structure, entries);
        if (subject instanceof MapSubject map) {
            return new OfMap(map);
        }
        if (subject instanceof PartitionedMapSubject map) {
            return new OfParts(map, entries);
        }
        if (subject instanceof FileSystemSubject files) {
            return new OfFiles(files);
        }
        if (subject instanceof StackSubject stack) {
            return new OfQueue(stack, StackSubject.POP);
        }
        if (subject instanceof PriorityQueueSubject queue) {
            return new OfQueue(queue, PriorityQueueSubject.POLL);
        }
        if (subject instanceof SortedSetSubject set) {
            return new OfSet(set, entries);
        }
        if (subject instanceof AddressSpaceSubject space) {
            return new OfPages(space);
        }
        if (subject instanceof SyntheticSubject) {
            return new OfCounter(new SyntheticSubject(1, 1));
        }
        throw new AssertionError("nobody knows what this structure holds: " + structure);
    }

    /** The value that is replaced comes back as the answer; each write brings another value. */
    record OfMap(MapSubject subject) implements Conservation<Integer, MapSubject.Put> {
        @Override
        public MapSubject.Put write(long roll) {
            return new MapSubject.Put(subject.write(roll).key(), (int) (roll >>> 8));
        }

        @Override
        public long change(MapSubject.Put put, Object answer) {
            return weight(put.value()) - weight(answer);
        }

        @Override
        public List<Object> contents(Shared<Integer, MapSubject.Put> shared) {
            List<Object> values = new ArrayList<>();
            for (MapSubject.Put put : subject.puts()) {
                values.add(shared.execute(put.key()));
            }
            return values;
        }
    }

    /** The same for a map in parts. */
    record OfParts(PartitionedMapSubject subject, int entries) implements Conservation<Object, Object> {
        @Override
        public Object write(long roll) {
            return new MapSubject.Put((Integer) subject.read(roll), (int) (roll >>> 8));
        }

        @Override
        public long change(Object put, Object answer) {
            return weight(((MapSubject.Put) put).value()) - weight(answer);
        }

        @Override
        public List<Object> contents(Shared<Object, Object> shared) {
            return IntStream.range(0, entries).mapToObj(shared::execute).toList();
        }
    }

    /** Blocks of which each was written as a whole, so that all its bytes are the same. */
    record OfFiles(FileSystemSubject subject) implements Conservation<FileSystemSubject.Read, FileSystemSubject.Write> {
        @Override
        public long change(FileSystemSubject.Write write, Object answer) {
            return 0;
        }

        @Override
        public void check(Object block) {
            byte[] bytes = (byte[]) block;
            byte[] same = new byte[bytes.length];
            Arrays.fill(same, bytes[0]);
            if (!Arrays.equals(bytes, same)) { // so many are looked at
                throw new AssertionError("a block must be of one write: " + Arrays.toString(bytes));
            }
        }

        @Override
        public List<Object> contents(Shared<FileSystemSubject.Read, FileSystemSubject.Write> shared) {
            List<Object> lengths = new ArrayList<>();
            for (FileSystemSubject.Read read : subject.reads()) {
                byte[] block = (byte[]) shared.execute(read);
                check(block);
                lengths.add(block.length);
            }
            return lengths;
        }
    }

    /** A stack or a priority queue. */
    record OfQueue(Subject<Object, Object> subject, Object take) implements Conservation<Object, Object> {
        @Override
        public long change(Object op, Object answer) {
            return op == take ? -weight(answer) : weight(op);
        }

        @Override
        public List<Object> contents(Shared<Object, Object> shared) {
            List<Object> taken = new ArrayList<>();
            for (Object next = shared.executeMut(take); next != null; next = shared.executeMut(take)) {
                taken.add(next);
            }
            return taken;
        }
    }

    record OfSet(SortedSetSubject subject, int entries) implements Conservation<Integer, SortedSetSubject.Change> {
        @Override
        public long change(SortedSetSubject.Change change, Object answer) {
            long weight = (boolean) answer ? weight(change.number()) : 0;
            return change.adds() ? weight : -weight;
        }

        @Override
        public List<Object> contents(Shared<Integer, SortedSetSubject.Change> shared) {
            return IntStream.range(0, 2 * entries)
                    .boxed()
                    .filter(number -> (boolean) shared.execute(number))
                    .map(number -> (Object) number)
                    .toList();
        }
    }

    /** Each page has one frame that it is mapped to, so the pages are what counts. */
    record OfPages(AddressSpaceSubject subject) implements Conservation<Long, AddressSpaceSubject.Change> {
        @Override
        public long change(AddressSpaceSubject.Change change, Object answer) {
            if (change.frame() == null) {
                return -weight(answer);
            }
            return answer == null ? weight(change.frame()) : 0;
        }

        @Override
        public List<Object> contents(Shared<Long, AddressSpaceSubject.Change> shared) {
            return subject.pages().stream()
                    .map(shared::execute)
                    .filter(frame -> frame != null)
                    .toList();
        }
    }

    /** A single number that writes increment and answer: each number comes once. */
    record OfCounter(SyntheticSubject subject) implements Conservation<Long, Long> {
        @Override
        public long change(Long op, Object before) {
            return weight((long) before + 1) - weight(before);
        }

        @Override
        public List<Object> contents(Shared<Long, Long> shared) {
            return List.of(shared.execute(0L));
        }
    }
}
