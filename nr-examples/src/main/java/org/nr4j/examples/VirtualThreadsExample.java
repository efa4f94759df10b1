package org.nr4j.examples;

import java.util.HashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.nr4j.Replicated;

/**
 * Ten thousand virtual threads on one structure.
 *
 * <p>Shows that virtual threads need nothing special: no registration, no pool. A virtual thread that waits is
 * unmounted, so its carrier runs another one. The example needs JDK 21 or later; on an older one it says so and ends.
 * (It looks virtual threads up by name only because this project is compiled for Java 17. Your program calls {@code
 * Executors.newVirtualThreadPerTaskExecutor()}.)
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java
 * -Dexec.mainClass=org.nr4j.examples.VirtualThreadsExample}
 */
public final class VirtualThreadsExample {
    private static final int THREADS = 10_000;
    private static final int KEYS = 16;

    private VirtualThreadsExample() {}

    public static void main(String[] args) throws InterruptedException, ReflectiveOperationException {
        int feature = Runtime.version().feature();
        if (feature < 21) {
            System.out.println("virtual threads need JDK 21 or later, and this is JDK " + feature
                    + "; run with a newer one to see them");
            return;
        }
        try (Replicated<HashMap<Integer, Integer>> hits = Replicated.of(HashMap::new)) {
            ExecutorService threads = (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
            LongAdder stale = new LongAdder();
            for (int i = 0; i < THREADS; i++) {
                int key = i % KEYS;
                threads.execute(() -> {
                    int after = hits.write(map -> map.merge(key, 1, Integer::sum));
                    int later = hits.read(map -> map.get(key));
                    if (later < after) {
                        stale.increment();
                    }
                });
            }
            threads.shutdown();
            boolean done = threads.awaitTermination(1, TimeUnit.MINUTES);

            System.out.println("all threads done: " + done);
            System.out.println("reads that missed the thread's own write: " + stale);
            System.out.println("hits: "
                    + hits.<Integer>read(map ->
                            map.values().stream().mapToInt(Integer::intValue).sum()));
        }
    }
}
