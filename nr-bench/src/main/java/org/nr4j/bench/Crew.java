package org.nr4j.bench;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import net.openhft.affinity.Affinity;
import org.nr4j.topology.NumaTopology;
import org.nr4j.topology.Placement;

/**
 * The threads of a measurement and the places where they run. One thread may use a crew.
 *
 * <p>The library's own factory makes placed threads and keeps each on its node. If each thread has a cpu, the crew then
 * binds it to that cpu. A thread also runs where the system refuses binding; {@link #placement()} says so.
 */
final class Crew implements AutoCloseable {
    /** What one thread does; several calls run at the same time. */
    interface Task<T> {
        T run(int worker) throws Exception;
    }

    private final List<ExecutorService> workers = new ArrayList<>();
    private final String placement;

    private Crew(List<ThreadFactory> factories, Placing placing) throws InterruptedException {
        factories.forEach(factory -> workers.add(Executors.newSingleThreadExecutor(factory)));
        this.placement = placing.place(this);
    }

    private interface Placing {
        /** Places the threads. Returns what the system granted. */
        String place(Crew crew) throws InterruptedException;
    }

    /** Threads that run wherever the system lets them. */
    static Crew unplaced(int threads) throws InterruptedException {
        ThreadFactory factory = Executors.defaultThreadFactory();
        return new Crew(Collections.nCopies(threads, factory), crew -> "none");
    }

    /**
     * Creates threads on the cpus of a list, the first thread on the first cpu. If there are more threads than cpus,
     * threads are placed on the nodes of those cpus, and the list starts over.
     */
    static Crew placed(int threads, List<Integer> cpus, NumaTopology topology) throws InterruptedException {
        List<ThreadFactory> factories = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int cpu = cpus.get(i % cpus.size());
            factories.add(topology.threadFactory(topology.nodeIndexOfCpu(cpu)));
        }
        return new Crew(factories, threads <= cpus.size() ? crew -> crew.bind(cpus) : crew -> crew.onNodes(topology));
    }

    /** Returns what the system granted: {@code cpu}, {@code node}, {@code none}, or that it refused and why. */
    String placement() {
        return placement;
    }

    int size() {
        return workers.size();
    }

    /**
     * Runs a task in every thread. Returns the results, by worker.
     *
     * @throws IllegalStateException if a task threw; the cause is what it threw
     */
    <T> List<T> run(Task<T> task) throws InterruptedException {
        List<Future<T>> all = new ArrayList<>();
        for (int i = 0; i < workers.size(); i++) {
            int worker = i;
            all.add(workers.get(i).submit(() -> task.run(worker)));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> each : all) {
            try {
                results.add(each.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("a thread of the measurement must not fail", e.getCause());
            }
        }
        return results;
    }

    @Override
    public void close() {
        workers.forEach(ExecutorService::shutdownNow);
    }

    private String onNodes(NumaTopology topology) throws InterruptedException {
        run(worker -> worker); // starts them
        Placement placement = topology.placement();
        return switch (placement.outcome()) {
            case NOT_NEEDED, PINNED -> "node";
            default -> "refused: " + placement;
        };
    }

    private String bind(List<Integer> cpus) throws InterruptedException {
        return run(worker -> bindCurrentThread(cpus.get(worker))).stream()
                .filter(result -> !result.equals("cpu"))
                .findFirst()
                .orElse("cpu");
    }

    private static String bindCurrentThread(int cpu) {
        BitSet target = new BitSet();
        target.set(cpu);
        try {
            Affinity.setAffinity(target);
            BitSet obtained = Affinity.getAffinity();
            return obtained.equals(target) ? "cpu" : "refused: cpu=" + cpu + " obtained=" + obtained;
        } catch (Throwable e) {
            // Errors too: missing classes, native code that does not load. A measurement without binding is still one.
            return "refused: cpu=" + cpu + " " + e;
        }
    }
}
