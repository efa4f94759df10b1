package org.nr4j.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;
import org.nr4j.ThreadToken;
import org.nr4j.topology.NumaNode;
import org.nr4j.topology.NumaTopology;

/**
 * Threads that stay on their NUMA node, and tokens.
 *
 * <p>Shows the fastest way for long-lived threads. The topology's thread factory binds each thread to the cpus of one
 * node. {@code register()} ties the thread to the replica on that node, so that an operation need not look it up. A
 * token belongs to the thread that registered. If the system does not allow threads to be bound, everything works all
 * the same, and {@code placement()} says so.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java
 * -Dexec.mainClass=org.nr4j.examples.PinnedThreadsExample}
 */
public final class PinnedThreadsExample {
    private static final int THREADS_PER_NODE = 2;
    private static final int INCREMENTS = 10_000;

    private PinnedThreadsExample() {}

    /** The one read. */
    record Get() {}

    /** The one write. */
    record Add(int amount) {}

    /** The sequential structure. */
    static final class Counter implements Dispatch<Get, Add, Integer> {
        private int value;

        @Override
        public Integer dispatch(Get op) {
            return value;
        }

        @Override
        public Integer dispatchMut(Add op) {
            value += op.amount();
            return value;
        }
    }

    public static void main(String[] args) throws InterruptedException {
        run(NumaTopology.detect());
    }

    static void run(NumaTopology topology) throws InterruptedException {
        try (NodeReplicated<Get, Add, Integer> counter =
                NodeReplicated.builder(Counter::new).topology(topology).build()) {
            AtomicIntegerArray threadsOnReplica = new AtomicIntegerArray(counter.replicas());
            List<Thread> threads = new ArrayList<>();
            for (int node = 0; node < topology.nodeCount(); node++) {
                ThreadFactory onNode = topology.threadFactory(node, "counter-" + node + "-");
                for (int i = 0; i < THREADS_PER_NODE; i++) {
                    threads.add(onNode.newThread(() -> work(counter, threadsOnReplica)));
                }
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }

            for (NumaNode node : topology.nodes()) {
                System.out.println(node);
            }
            System.out.println("placement: " + topology.placement());
            System.out.println("threads on each replica: " + threadsOnReplica);
            System.out.println(
                    "all increments counted: " + (counter.execute(new Get()) == threads.size() * INCREMENTS));
        }
    }

    private static void work(NodeReplicated<Get, Add, Integer> counter, AtomicIntegerArray threadsOnReplica) {
        try (ThreadToken<Get, Add, Integer> token = counter.register()) {
            threadsOnReplica.incrementAndGet(token.replica());
            for (int i = 0; i < INCREMENTS; i++) {
                token.executeMut(new Add(1));
            }
        }
    }
}
