package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.cnr.Cells;
import org.nr4j.cnr.ConcurrentNodeReplicated;

/**
 * Checks that operations initialize no class of the library. If the initialization of a class fails because memory or
 * the stack is used up, the class is unusable for the life of the JVM.
 */
class InitializationTest {
    private static final String MARK = "---- built";
    private static final String DONE = "---- done";

    @ParameterizedTest
    @ValueSource(strings = {"one 1", "one 2", "several 1", "several 2", "lock 0"})
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void classesAreInitializedBeforeTheFirstOperation(String program) throws Exception {
        List<String> output = output(program.split(" "));
        assertThat(output).contains(MARK, DONE);
        assertThat(output.subList(0, output.indexOf(MARK))).anyMatch(InitializationTest::isInitialization);
        assertThat(output.subList(output.indexOf(MARK), output.indexOf(DONE)))
                .noneMatch(InitializationTest::isInitialization);
    }

    private static boolean isInitialization(String line) {
        return line.contains("Initializing 'org/nr4j/") && !line.contains("$$Lambda") && !line.contains("Test");
    }

    private static List<String> output(String... program) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+init=info:stdout:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        program[0],
                        program[1])
                .redirectErrorStream(true)
                .start();
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Builds an instance and uses it. Contention is of no matter: the classes must be initialized beforehand. */
    static final class Program {
        public static void main(String[] args) throws Exception {
            int replicas = Integer.parseInt(args[1]);
            switch (args[0]) {
                case "one" -> useOneLog(replicas);
                case "several" -> useSeveralLogs(replicas);
                default -> useLock();
            }
        }

        private static void useOneLog(int replicas) throws Exception {
            try (var nr = NodeReplicated.builder(Structure::new)
                    .replicas(replicas)
                    .copier(Structure::copy)
                    .build()) {
                System.out.println(MARK);
                nr.executeMut(1);
                nr.execute(1);
                nr.executeStale(1);
                nr.executeMutAll(List.of(1, 2));
                nr.executeMutAsync(1).get();
                inThreads(() -> {
                    nr.executeMut(1);
                    nr.execute(1);
                });
                nr.sync();
                nr.snapshot(Structure::copy);
                nr.verify(Structure::count);
                nr.removeReplica(nr.addReplica(0));
                nr.follow((index, writes) -> {}).close();
                System.out.println(DONE);
            }
        }

        private static void useSeveralLogs(int replicas) throws Exception {
            try (var nr = ConcurrentNodeReplicated.builder(Cells::new, Cells::logsOf)
                    .logs(2)
                    .replicas(replicas)
                    .copier(Cells::copy)
                    .build()) {
                Cells.Op write = Cells.add(1, 0);
                Cells.Op read = Cells.read(0);
                Cells.Op writeBoth = Cells.add(1, 0, 1);
                Cells.Op readBoth = Cells.read(0, 1);
                System.out.println(MARK);
                nr.executeMut(write);
                nr.execute(read);
                nr.executeStale(read);
                nr.executeMutAll(List.of(write, write));
                nr.executeMutAsync(write).get();
                nr.executeMut(writeBoth);
                nr.execute(readBoth);
                nr.executeStale(readBoth);
                inThreads(() -> {
                    nr.executeMut(write);
                    nr.executeMut(writeBoth);
                    nr.execute(readBoth);
                });
                nr.sync();
                nr.snapshot(Cells::copy);
                nr.verify((Cells cells) -> cells.dispatch(readBoth));
                nr.removeReplica(nr.addReplica(0));
                nr.follow(cut -> {}).close();
                System.out.println(DONE);
            }
        }

        private static void useLock() throws Exception {
            DistributedReadWriteLock lock = new DistributedReadWriteLock();
            System.out.println(MARK);
            inThreads(() -> {
                lock.lockRead();
                lock.unlockRead();
                lock.lockWrite();
                lock.unlockWrite();
                lock.tryLockWrite();
                lock.unlockWrite();
            });
            System.out.println(DONE);
        }

        private static void inThreads(Runnable work) throws InterruptedException {
            Thread thread = new Thread(work);
            thread.start();
            thread.join();
        }
    }

    /** Counts writes. */
    private static final class Structure implements Dispatch<Integer, Integer, Integer> {
        private int count;

        Structure copy() {
            Structure copy = new Structure();
            copy.count = count;
            return copy;
        }

        int count() {
            return count;
        }

        @Override
        public Integer dispatch(Integer op) {
            return count;
        }

        @Override
        public Integer dispatchMut(Integer op) {
            return ++count;
        }
    }
}
