package org.nr4j.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.nr4j.topology.NumaTopology;

/** The structures that are measured, and the ways to share each. A user would choose between these ways. */
final class Structures {
    /** How many cache lines an operation of {@code Synthetic} touches. */
    static final int SYNTHETIC_LINES = 8;

    private static final Map<String, IntFunction<Subject<?, ?>>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("HashMap", entries -> MapSubject.uniform(MapSubject.Kind.HASHED, entries));
        ALL.put("ZipfianHashMap", entries -> MapSubject.zipfian(MapSubject.Kind.HASHED, entries));
        ALL.put("TreeMap", entries -> MapSubject.uniform(MapSubject.Kind.ORDERED, entries));
        ALL.put("PartitionedTreeMap", entries -> new PartitionedMapSubject(MapSubject.Kind.ORDERED, entries, 0));
        ALL.put("Stack", StackSubject::new);
        ALL.put("PriorityQueue", PriorityQueueSubject::new);
        ALL.put("SortedSet", SortedSetSubject::new);
        ALL.put("Synthetic", footprint -> new SyntheticSubject(footprint, SYNTHETIC_LINES));
        ALL.put("AddressSpace", AddressSpaceSubject::new);
        ALL.put("FileSystem", FileSystemSubject::new);
    }

    private Structures() {}

    /** Returns the names of the structures. */
    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** Returns the ways in which a structure can be shared. */
    static List<String> ways(String structure) {
        return ways(subject(structure, 1));
    }

    private static List<String> ways(Subject<?, ?> subject) {
        List<String> ways = new ArrayList<>(Shared.WAYS);
        ways.addAll(ways.indexOf(Shared.BARE), subject.rivals().keySet());
        return ways;
    }

    /** Creates a structure, shared in one way. */
    static Workload of(String structure, String way, Workload.Size size, NumaTopology topology) {
        return of(subject(structure, size.entries()), way, size.replicas(), topology);
    }

    /** Shares a structure in one way. */
    static <R, W> Workload of(Subject<R, W> subject, String way, int replicas, NumaTopology topology) {
        if (!ways(subject).contains(way)) {
            throw new IllegalArgumentException(
                    "a structure must be shared in one of its ways: way=" + way + "; the ways are " + ways(subject));
        }
        return new Operations<>(subject, shared(subject, way, replicas, topology));
    }

    static <R, W> Shared<R, W> shared(Subject<R, W> subject, String way, int replicas, NumaTopology topology) {
        Subject.Rival<R, W> rival = subject.rivals().get(way);
        return rival == null ? Shared.of(way, subject::plain, replicas, topology) : rival.make(replicas, topology);
    }

    /** Creates a structure with this many entries. */
    static Subject<?, ?> subject(String name, int entries) {
        IntFunction<Subject<?, ?>> maker = ALL.get(name);
        if (maker == null) {
            throw new IllegalArgumentException(
                    "a structure must be one of those measured: structure=" + name + "; they are " + ALL.keySet());
        }
        if (entries < 1) {
            throw new IllegalArgumentException("a structure must have an entry or more: entries=" + entries);
        }
        return maker.apply(entries);
    }

    private record Operations<R, W>(Subject<R, W> subject, Shared<R, W> shared) implements Workload {
        @Override
        public Object read(long roll) {
            return shared.execute(subject.read(roll));
        }

        @Override
        public Object write(long roll) {
            return shared.executeMut(subject.write(roll));
        }

        @Override
        public void settle() {
            shared.settle();
        }

        @Override
        public void close() {
            shared.close();
        }
    }
}
