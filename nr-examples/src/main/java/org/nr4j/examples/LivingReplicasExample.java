package org.nr4j.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.nr4j.NrStats.ReplicaStats;
import org.nr4j.Replicated;
import org.nr4j.Snapshot;
import org.nr4j.StaleRead;

/**
 * A map whose replicas are added and removed while threads write to it.
 *
 * <p>Shows what a program can do with replicas at run time: add and remove them (if it can copy the structure), take a
 * snapshot and know which writes it contains, compare all replicas, and read without waiting.
 *
 * <p>Writers wait while the copier runs. Here the copier is the copy constructor. A structure that can be copied
 * cheaply, such as a persistent one, makes the wait short.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java
 * -Dexec.mainClass=org.nr4j.examples.LivingReplicasExample}
 */
public final class LivingReplicasExample {
    private static final int THREADS = 4;
    private static final int WRITES = 20_000;
    private static final int KEYS = 100;

    private LivingReplicasExample() {}

    public static void main(String[] args) throws InterruptedException {
        try (Replicated<TreeMap<Integer, Integer>> counts = Replicated.<TreeMap<Integer, Integer>>builder(TreeMap::new)
                .replicas(1)
                .copier(TreeMap::new)
                .build()) {
            List<Thread> writers = startWriters(counts);

            int added = counts.addReplica(0);
            System.out.println("added: replica " + added + ", there are " + counts.replicas());

            Snapshot<Integer> snapshot = counts.snapshot(LivingReplicasExample::sum);
            System.out.println("the snapshot has just the writes it says: " + (snapshot.state() == snapshot.index()));

            // Compares all replicas after the same writes, while other threads go on writing.
            counts.verify(TreeMap::hashCode);
            System.out.println("replicas are equal: true");

            StaleRead<Integer> stale = counts.readStale(LivingReplicasExample::sum);
            System.out.println("a read that does not wait says how old it is: " + (stale.lag() >= 0));

            counts.removeReplica(0);
            System.out.println("removed: replica 0, left: " + ids(counts));

            for (Thread writer : writers) {
                writer.join();
            }
            System.out.println(
                    "writes counted: " + counts.<Integer>read(LivingReplicasExample::sum) + " of " + THREADS * WRITES);
            removeTheLast(counts, added);
        }
    }

    private static List<Thread> startWriters(Replicated<TreeMap<Integer, Integer>> counts) {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            writers.add(new Thread(() -> {
                for (int n = 0; n < WRITES; n++) {
                    int key = n % KEYS;
                    counts.write(map -> map.merge(key, 1, Integer::sum));
                }
            }));
        }
        writers.forEach(Thread::start);
        return writers;
    }

    private static int sum(TreeMap<Integer, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static List<Integer> ids(Replicated<?> counts) {
        return counts.stats().replicas().stream().map(ReplicaStats::id).toList();
    }

    private static void removeTheLast(Replicated<?> counts, int replica) {
        try {
            counts.removeReplica(replica);
        } catch (IllegalStateException e) {
            System.out.println("refused: " + e.getMessage());
        }
    }
}
