package org.nr4j.bench;

import java.util.List;
import java.util.Map;
import org.nr4j.NodeReplicated;
import org.nr4j.topology.NumaTopology;

/** The structures that are measured, and the ways to share each: what a user would choose between. */
final class Structures {
    /** A maker of workloads. */
    interface Maker {
        Workload make(String way, Workload.Size size, NumaTopology topology);
    }

    private record Structure(List<String> ways, Maker maker) {}

    private static final List<String> MAP_WAYS =
            List.of("nr", "synchronized", "ReentrantLock", "ReadWriteLock", "StampedLock", "jdk", "bare");

    private static final Map<String, Structure> ALL = Map.of(
            "HashMap", new Structure(MAP_WAYS, (way, size, topology) -> map("HashMap", way, size, topology)),
            "TreeMap", new Structure(MAP_WAYS, (way, size, topology) -> map("TreeMap", way, size, topology)));

    private Structures() {}

    /** The ways that a structure is shared in; {@code bare} is safe with one thread only. */
    static List<String> ways(String structure) {
        return structure(structure).ways;
    }

    /** That structure, shared in that way. */
    static Workload of(String structure, String way, Workload.Size size, NumaTopology topology) {
        if (!ways(structure).contains(way)) {
            throw new IllegalArgumentException("a structure must be shared in one of its ways: structure=" + structure
                    + " way=" + way + "; the ways are " + ways(structure));
        }
        return structure(structure).maker.make(way, size, topology);
    }

    private static Structure structure(String name) {
        Structure structure = ALL.get(name);
        if (structure == null) {
            throw new IllegalArgumentException(
                    "a structure must be one of those measured: structure=" + name + "; they are " + ALL.keySet());
        }
        return structure;
    }

    private static Workload map(String structure, String way, Workload.Size size, NumaTopology topology) {
        SharedMap.Put[] puts = new SharedMap.Put[size.entries()];
        for (int i = 0; i < puts.length; i++) {
            puts[i] = new SharedMap.Put(i, i);
        }
        if (!way.equals("nr")) {
            return new MapWorkload(SharedMap.of(way, structure, size.entries(), size.replicas()), puts, null);
        }
        NodeReplicated<Integer, SharedMap.Put, Integer> nr =
                SharedMap.replicated(structure, size.entries(), size.replicas(), topology);
        return new MapWorkload(new SharedMap.Replicated(nr), puts, nr);
    }

    private record MapWorkload(
            SharedMap map,
            SharedMap.Put[] puts,
            @org.jspecify.annotations.Nullable NodeReplicated<?, ?, ?> nr) implements Workload {
        @Override
        public Object read(long roll) {
            return map.get(puts[Dice.below(roll, puts.length)].key());
        }

        @Override
        public Object write(long roll) {
            return map.put(puts[Dice.below(roll, puts.length)]);
        }

        @Override
        public void settle() {
            if (nr != null) {
                nr.sync();
            }
        }

        @Override
        public void close() {
            if (nr != null) {
                nr.close();
            }
        }
    }
}
