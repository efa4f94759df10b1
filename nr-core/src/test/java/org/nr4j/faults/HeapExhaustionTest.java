package org.nr4j.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.AnswerLostException;
import org.nr4j.BatchFailedException;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;
import org.nr4j.testing.Soak;

/**
 * One thread exhausts a small heap in bursts, while others read and write. Afterwards everybody goes on.
 *
 * <p>Without escape analysis, since with it no lock written in Java passes: see ADR 8, "What the JVM does not promise".
 */
class HeapExhaustionTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void heapExhaustedInBursts_everybodyGoesOn(int replicas) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx16m",
                        "-XX:+UseSerialGC",
                        "-XX:-DoEscapeAnalysis",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        Integer.toString(replicas),
                        Integer.toString(Soak.times(12)))
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Exits with 0 if each thread went on, or got an exception that says that the instance has stopped. */
    static final class Program {
        private static final int WORKERS = 3;
        private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(20);

        /** What each worker has done; a worker that was told that the instance has stopped adds without end. */
        private static final AtomicLongArray DONE = new AtomicLongArray(WORKERS);

        private static volatile NodeReplicated<Integer, Integer, Integer> shared = build(1);

        /** The structure: counts writes by key, of which there are few. */
        private static final class Counts implements Dispatch<Integer, Integer, Integer> {
            private final TreeMap<Integer, Integer> counts = new TreeMap<>();

            @Override
            public Integer dispatch(Integer key) {
                return counts.getOrDefault(key, 0);
            }

            @Override
            public Integer dispatchMut(Integer key) {
                return counts.merge(key, 1, Integer::sum);
            }
        }

        private static NodeReplicated<Integer, Integer, Integer> build(int replicas) {
            return NodeReplicated.builder(Counts::new).replicas(replicas).build();
        }

        public static void main(String[] args) throws Exception {
            int replicas = Integer.parseInt(args[0]);
            int rounds = Integer.parseInt(args[1]);
            shared = build(replicas);
            for (int worker = 0; worker < WORKERS; worker++) {
                int number = worker;
                Thread thread = new Thread(() -> work(number));
                thread.setDaemon(true);
                thread.start();
            }
            for (int round = 0; round < rounds; round++) {
                exhaust();
                for (int worker = 0; worker < WORKERS; worker++) {
                    awaitProgress(worker, round);
                }
                if (hasStopped()) {
                    shared = build(replicas);
                }
            }
            System.exit(0);
        }

        private static void work(int worker) {
            for (int n = 0; ; n++) {
                try {
                    if (n % 3 == 0) {
                        shared.executeMutAll(List.of(n & 63, 1));
                    } else if (worker == 0) {
                        shared.execute(n & 63);
                    } else {
                        shared.executeMut(n & 63);
                    }
                } catch (VirtualMachineError | IllegalStateException e) {
                    Thread.onSpinWait(); // no memory, or a replica or the instance has stopped over it
                } catch (AnswerLostException | BatchFailedException e) {
                    Thread.onSpinWait(); // the replica that was to answer has gone, for one write or for one of a batch
                }
                DONE.getAndIncrement(worker);
            }
        }

        /** Takes all memory there is, for some milliseconds. */
        private static void exhaust() throws InterruptedException {
            List<long[]> taken = new ArrayList<>(4_096);
            for (int size = 32_768; size > 16; size /= 2) {
                try {
                    while (taken.size() < 4_000) {
                        taken.add(new long[size]);
                    }
                } catch (OutOfMemoryError e) {
                    Thread.onSpinWait(); // now smaller ones
                }
            }
            Thread.sleep(10);
            taken.clear();
        }

        private static void awaitProgress(int worker, int round) throws InterruptedException {
            long before = DONE.get(worker);
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            while (DONE.get(worker) < before + 10) {
                if (System.nanoTime() > deadline) {
                    System.out.println("worker " + worker + " hangs after round " + round);
                    System.out.println(LockWords.of(shared));
                    Thread.getAllStackTraces()
                            .forEach((thread, stack) -> System.out.println(thread + " " + List.of(stack)));
                    System.exit(1);
                }
                Thread.sleep(1);
            }
        }

        private static boolean hasStopped() {
            try {
                shared.executeMut(0);
                return false;
            } catch (IllegalStateException e) {
                return true;
            }
        }
    }
}
