package org.nr4j.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;
import org.nr4j.NrStats;
import org.nr4j.ThreadToken;
import org.nr4j.topology.NumaNode;
import org.nr4j.topology.NumaTopology;

/**
 * Checks that the library handles the NUMA machine that it runs on. It checks the nodes, that threads stay on their
 * node, that each replica is in the memory of its node, and that each thread is served by the replica of its node.
 *
 * <p>{@code nr-bench/numa/check} runs this program on machines whose nodes it knows. The arguments say what the program
 * must find:
 *
 * <ul>
 *   <li>{@code nodes=0:0-1,1:2-3}: the nodes of which this process may use cpus, by number, and those cpus. Ranges are
 *       written with {@code -}; several ranges are joined by {@code +}
 *   <li>{@code memoryOnly=2}: nodes without cpus, if there are any
 *   <li>{@code distances=10,21/21,10}: the distances between those nodes
 *   <li>{@code placement=PINNED}: the result of placing threads
 * </ul>
 *
 * <p>The program prints what holds and what does not. It exits with 1 if anything does not hold.
 */
public final class NumaCheck {
    /** How many pages each replica touches when it is built: enough to stand out. */
    private static final int TOUCHED_PAGES = 2048;

    private static final int PAGE = 4096;
    private static final Pattern PAGES_OF_NODE = Pattern.compile(" N(\\d+)=(\\d+)");

    private final NumaTopology topology = NumaTopology.detect();
    private final Map<String, String> expected = new TreeMap<>();

    /** The structures, each with what it saw when it was built. */
    private final Queue<Structure> built = new ConcurrentLinkedQueue<>();

    /** All memory that was ever touched: kept, since memory freed between two counts of pages would distort them. */
    private final Queue<ByteBuffer> touched = new ConcurrentLinkedQueue<>();

    private int failures;

    private NumaCheck(String[] args) {
        for (String arg : args) {
            String[] sides = arg.split("=", 2);
            if (sides.length != 2
                    || !List.of("nodes", "memoryOnly", "distances", "placement").contains(sides[0])) {
                throw new IllegalArgumentException("an argument must be NAME=VALUE: argument=" + arg
                        + "; the names are nodes, memoryOnly, distances, placement");
            }
            expected.put(sides[0], sides[1]);
        }
    }

    /** Checks; exits with 1 if something is not as it must be. */
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        NumaCheck check = new NumaCheck(args);
        check.run();
        if (check.failures > 0) {
            System.out.println("numa check: " + check.failures + " FAILED on " + check.topology);
            System.exit(1);
        }
        System.out.println("numa check: passed on " + check.topology);
    }

    private void run() throws InterruptedException, ExecutionException {
        checkTopology();
        for (int node = 0; node < topology.nodeCount(); node++) {
            checkThreads(node);
        }
        checkReplicas();
        checkRouting();
        expect("placement", topology.placement().outcome(), expected.get("placement"));
    }

    private void checkTopology() {
        expect(
                "nodes",
                topology.nodes().stream()
                        .map(node -> node.id() + ":" + ranges(node.cpus()))
                        .collect(Collectors.joining(",")),
                expected.get("nodes"));
        expect(
                "memoryOnly",
                topology.memoryOnlyNodes().stream()
                        .map(node -> Integer.toString(node.id()))
                        .collect(Collectors.joining(",")),
                expected.get("memoryOnly"));
        expect("distances", distances(), expected.get("distances"));
    }

    private String distances() {
        List<String> rows = new ArrayList<>();
        for (int from = 0; from < topology.nodeCount(); from++) {
            List<String> row = new ArrayList<>();
            for (int to = 0; to < topology.nodeCount(); to++) {
                row.add(Integer.toString(topology.distance(from, to)));
            }
            rows.add(String.join(",", row));
        }
        return String.join("/", rows);
    }

    /**
     * Checks two things: a thread made for a node stays on it; and the library finds the node of a thread that was not
     * made for one.
     */
    private void checkThreads(int node) throws InterruptedException, ExecutionException {
        String cpus = ranges(topology.nodes().get(node).cpus()).replace('+', ',');
        String process = allowedCpus();
        onNode(node, () -> {
            expect("cpus of a thread made for node " + node, allowedCpus(), cpus);
            expect("cpu of such a thread, its node", topology.nodeIndexOfCpu(cpu()), node);
            expect("node of such a thread", topology.currentNode(), node);
            expect("node of a plain thread that it starts", inPlainThread(topology::currentNode), node);
            return node;
        });
        expect("cpus inside runOn(" + node + ")", topology.runOn(node, NumaCheck::allowedCpus), cpus);
        expect("cpus after runOn(" + node + ")", allowedCpus(), process);
    }

    /**
     * Checks a replica on each node: a thread on that node builds it, in memory of that node, and it serves the threads
     * of that node.
     */
    private void checkReplicas() throws InterruptedException, ExecutionException {
        try (NodeReplicated<String, String, Integer> nr = replicated(topology.nodeCount())) {
            expect("replicas", nr.replicas(), topology.nodeCount());
            int number = 0;
            for (Structure structure : built) {
                int node = number++;
                expect("node that replica " + node + " was built on", structure.node, node);
                checkMemory(structure, topology.nodes().get(node));
            }
            for (int node = 0; node < topology.nodeCount(); node++) {
                int own = node;
                onNode(node, () -> {
                    expect("replica that a thread of node " + own + " reads", nr.execute("where"), own);
                    expect("replica that answers its writes", nr.executeMut("where"), own);
                    expect("replica that a plain thread there reads", inPlainThread(() -> nr.execute("where")), own);
                    try (ThreadToken<String, String, Integer> token = nr.register()) {
                        expect("replica of a token made there", token.execute("where"), own);
                    }
                    return own;
                });
            }
            expectThat(
                    "placement in the statistics",
                    nr.stats().placement(),
                    nr.stats().placement().contains(Objects.requireNonNullElse(expected.get("placement"), "")));
        }
    }

    private void checkMemory(Structure structure, NumaNode node) {
        if (structure.pages.isEmpty()) {
            System.out.println(
                    "not checked: memory of replica on node " + node.id() + ": there is no /proc/self/numa_maps");
        } else if (node.memoryBytes() == 0) {
            System.out.println("not checked: memory of replica on node " + node.id() + ": the node has none");
        } else {
            long own = structure.pages.getOrDefault(node.id(), 0L);
            expectThat(
                    "pages that the replica on node " + node.id() + " touched, by node",
                    structure.pages,
                    own >= TOUCHED_PAGES * 9 / 10);
        }
    }

    /** Checks that all threads use the only replica, however far it is. Then adds another one. */
    private void checkRouting() throws InterruptedException, ExecutionException {
        try (NodeReplicated<String, String, Integer> nr = replicated(1)) {
            for (int node = 0; node < topology.nodeCount(); node++) {
                expect(
                        "replica for node " + node + ", if there is one only",
                        onNode(node, () -> nr.execute("where")),
                        0);
            }
            if (topology.nodeCount() > 1) {
                checkAdded(nr, topology.nodeCount() - 1);
            }
        }
    }

    /** Checks that, after a replica is added, the threads of its node use it, and all others use the nearest one. */
    private void checkAdded(NodeReplicated<String, String, Integer> nr, int last)
            throws InterruptedException, ExecutionException {
        int added = nr.addReplica(last);
        List<Integer> nodes =
                nr.stats().replicas().stream().map(NrStats.ReplicaStats::node).toList();
        expect("nodes of the replicas, one added", nodes, List.of(0, last));
        expect("number of the added one", added, 1);
        for (int node = 0; node <= last; node++) {
            int toFirst = topology.distance(node, 0);
            int toLast = topology.distance(node, last);
            if (node == last || node == 0 || toLast != toFirst) { // at equal distances, either will do
                expect(
                        "replica for node " + node + ", one added on node " + last,
                        onNode(node, () -> nr.execute("where")),
                        toLast < toFirst ? last : 0);
            }
        }
        for (Structure structure : built) {
            if (structure.node == last) {
                checkMemory(structure, topology.nodes().get(last));
            }
        }
    }

    private NodeReplicated<String, String, Integer> replicated(int replicas) {
        built.clear();
        return NodeReplicated.<String, String, Integer>builder(this::build)
                .replicas(replicas)
                .topology(topology)
                .copier((Structure structure) -> build())
                .build();
    }

    private Structure build() {
        Map<Integer, Long> before = pagesByNode();
        ByteBuffer memory = ByteBuffer.allocateDirect(TOUCHED_PAGES * PAGE); // zeroed, hence touched
        Map<Integer, Long> pages = pagesByNode();
        pages.replaceAll((node, count) -> count - before.getOrDefault(node, 0L));
        Structure structure = new Structure(topology.currentNode(), pages);
        built.add(structure);
        touched.add(memory);
        return structure;
    }

    /** A structure that answers with the node that it was built on. */
    private record Structure(int node, Map<Integer, Long> pages) implements Dispatch<String, String, Integer> {
        @Override
        public Integer dispatch(String where) {
            return node;
        }

        @Override
        public Integer dispatchMut(String where) {
            return node;
        }
    }

    private <T> T onNode(int node, Callable<T> task) throws InterruptedException, ExecutionException {
        ExecutorService executor = Executors.newSingleThreadExecutor(topology.threadFactory(node));
        try {
            return executor.submit(task).get();
        } finally {
            executor.shutdown();
        }
    }

    /** Runs a task in a thread that no factory of the topology made. The thread inherits the cpus of the caller. */
    private static <T> T inPlainThread(Callable<T> task) throws InterruptedException, ExecutionException {
        ExecutorService executor = Executors.newSingleThreadExecutor(Thread::new);
        try {
            return executor.submit(task).get();
        } finally {
            executor.shutdown();
        }
    }

    private void expect(String what, Object found, Object wanted) {
        expectThat(what + ", expected " + wanted, found, found.toString().equals(String.valueOf(wanted)));
    }

    private synchronized void expectThat(String what, Object found, boolean holds) {
        System.out.println((holds ? "ok: " : "FAILED: ") + what + ": found " + found);
        if (!holds) {
            failures++;
        }
    }

    /** Formats cpus like {@code 0-1+4}. */
    private static String ranges(List<Integer> cpus) {
        List<String> ranges = new ArrayList<>();
        for (int from = 0; from < cpus.size(); ) {
            int to = from;
            while (to + 1 < cpus.size() && cpus.get(to + 1) == cpus.get(to) + 1) {
                to++;
            }
            ranges.add(to == from ? cpus.get(from).toString() : cpus.get(from) + "-" + cpus.get(to));
            from = to + 1;
        }
        return String.join("+", ranges);
    }

    /** Returns the cpus of the calling thread according to the kernel, not to the library. */
    private static String allowedCpus() {
        return lines("/proc/thread-self/status").stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    private static int cpu() {
        String stat = lines("/proc/thread-self/stat").get(0);
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Integer.parseInt(afterName[36]);
    }

    /** Returns how many pages this process has on each node; empty if the kernel does not say. */
    private static Map<Integer, Long> pagesByNode() {
        Map<Integer, Long> pages = new TreeMap<>();
        if (Files.isReadable(Path.of("/proc/self/numa_maps"))) {
            for (String line : lines("/proc/self/numa_maps")) {
                for (Matcher each = PAGES_OF_NODE.matcher(line); each.find(); ) {
                    pages.merge(Integer.valueOf(each.group(1)), Long.valueOf(each.group(2)), Long::sum);
                }
            }
        }
        return pages;
    }

    private static List<String> lines(String file) {
        try {
            return Arrays.asList(Files.readString(Path.of(file)).split("\n", -1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
