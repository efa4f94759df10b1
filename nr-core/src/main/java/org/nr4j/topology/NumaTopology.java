package org.nr4j.topology;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.lock.ThreadIds;
import org.nr4j.internal.lock.ThreadKind;
import org.nr4j.topology.Placement.Outcome;

/**
 * The NUMA nodes that this process may use: which cpus they have, how far they are from each other, which of them a thread runs on, and
 * threads that stay on one.
 *
 * <p>A node counts if it has at least one cpu that is online and in the process's own cpu set (containers, {@code taskset}); nodes that are
 * memory only do not. Nodes are addressed by their index in {@link #nodes()}, from 0 to {@link #nodeCount()}{@code  - 1}; the operating
 * system's numbers, {@link NumaNode#id()}, may have gaps. A topology is a snapshot: cpus that come and go later are not noticed.
 *
 * <p>Everything this class says about where a thread runs is a hint. A hint that is wrong or has become old makes an operation slower, never
 * its result wrong.
 *
 * <p>The nodes never change, only {@link #placement()} does; every method may be called from any number of threads at the same time.
 */
public final class NumaTopology {
    private static final Path SYSFS_ROOT = Path.of("/sys/devices/system");
    private static final Path PROC_STATUS = Path.of("/proc/self/status");

    /** As many as Linux knows; the distance matrix is the square of it. */
    private static final int MAX_SIMULATED_NODES = 1024;

    private final Machine machine;
    private final boolean simulated;
    private final int nodeCount;

    /** Index of the node of each cpu number, or {@link Machine#NO_NODE}. */
    private final int[] nodeIndexByCpu;

    private final Placer placer;

    /** How many factories that spread their threads were made; any thread counts. */
    private final AtomicLong factories = new AtomicLong();

    private NumaTopology(Machine machine, boolean simulated, Placer placer) {
        this.machine = machine;
        this.simulated = simulated;
        this.nodeCount = machine.nodes().size();
        this.nodeIndexByCpu = machine.nodeIndexByCpu();
        this.placer = placer;
    }

    /**
     * The topology of this machine, as far as this process may use it.
     *
     * <p>Never fails: where the machine cannot be read (no Linux, no {@code /sys}), it is taken to be one node with all available processors,
     * and {@link #placement()} says so. Reads some small files at each call; the result may be kept as long as one likes.
     */
    public static NumaTopology detect() {
        return detect(SYSFS_ROOT, PROC_STATUS);
    }

    /**
     * The topology in a copy of a machine's {@code /sys/devices/system}, as a process with the given status sees it.
     *
     * <p>Of the tree, {@code cpu/online}, {@code node/online}, {@code node/node*}{@code /cpulist}, {@code distance} and {@code meminfo} are
     * read; all but {@code cpulist} may be missing, and so may the whole directory {@code node} (a kernel without NUMA). The topology is
     * taken to be this machine's: {@link #currentNode()} and placement look at the cpus that threads really run on. Cpus that this process
     * may not use are never given to a thread.
     *
     * @param sysfsRoot the directory that stands for {@code /sys/devices/system}
     * @param procStatus a copy of {@code /proc/self/status}; its line {@code Cpus_allowed_list} says which cpus the process may use
     * @throws java.io.UncheckedIOException if a file cannot be read
     * @throws IllegalArgumentException if a file makes no sense, or if no node has a cpu that is online and allowed
     */
    public static NumaTopology parse(Path sysfsRoot, Path procStatus) {
        Objects.requireNonNull(sysfsRoot, "sysfsRoot must not be null");
        Objects.requireNonNull(procStatus, "procStatus must not be null");
        return real(Sysfs.read(sysfsRoot, Sysfs.allowedCpus(procStatus)));
    }

    /**
     * As {@link #parse(Path, Path)}, with the cpus that the process may use given as a list.
     *
     * @param sysfsRoot the directory that stands for {@code /sys/devices/system}
     * @param allowedCpus the cpus that the process may use, for example {@code 0-3,8}
     * @throws java.io.UncheckedIOException if a file cannot be read
     * @throws IllegalArgumentException if the list or a file makes no sense, or if no node has a cpu that is online and allowed
     */
    public static NumaTopology parse(Path sysfsRoot, String allowedCpus) {
        Objects.requireNonNull(sysfsRoot, "sysfsRoot must not be null");
        Objects.requireNonNull(allowedCpus, "allowedCpus must not be null");
        return real(Sysfs.read(sysfsRoot, CpuList.parse(allowedCpus, "allowedCpus")));
    }

    /**
     * A made-up topology, to try out several nodes on a machine that has one. Its cpus are numbers only, and no thread is ever bound to them;
     * threads that no factory of this topology made are spread over the nodes by their id.
     *
     * @param nodes how many nodes; at least 1 and at most 1024
     * @param cpusPerNode how many cpus each node has; at least 1
     * @throws IllegalArgumentException if a number is out of range, or if there are more than 65536 cpus in all
     */
    public static NumaTopology simulated(int nodes, int cpusPerNode) {
        if (nodes < 1 || nodes > MAX_SIMULATED_NODES) {
            throw new IllegalArgumentException("nodes must be from 1 to " + MAX_SIMULATED_NODES + ": nodes=" + nodes
                    + "; pass the number of nodes of the machine");
        }
        if (cpusPerNode < 1) {
            throw new IllegalArgumentException("cpusPerNode must be at least 1: cpusPerNode=" + cpusPerNode
                    + "; pass the number of cpus of one node");
        }
        if ((long) nodes * cpusPerNode > CpuList.MAX_NUMBER + 1) {
            throw new IllegalArgumentException("nodes * cpusPerNode must be at most " + (CpuList.MAX_NUMBER + 1)
                    + ": nodes=" + nodes + ", cpusPerNode=" + cpusPerNode + "; pass a smaller machine");
        }
        Placer placer = new Placer(
                new Placement(Outcome.NOT_NEEDED, "the topology is simulated, so that threads are not bound to cpus"));
        return new NumaTopology(Machine.uniform(nodes, cpusPerNode), /* simulated= */ true, placer);
    }

    /** The nodes that have cpus for this process, by ascending id; never empty, unmodifiable. */
    public List<NumaNode> nodes() {
        return machine.nodes();
    }

    /** How many nodes have cpus for this process; at least 1. */
    public int nodeCount() {
        return nodeCount;
    }

    /** Nodes that have memory but no cpus (memory expanders, high-bandwidth memory), by ascending id; they have no index. Unmodifiable. */
    public List<NumaNode> memoryOnlyNodes() {
        return machine.memoryOnlyNodes();
    }

    /** Whether this topology was made by {@link #simulated}. */
    public boolean isSimulated() {
        return simulated;
    }

    /**
     * How far the memory of one node is from the cpus of another, in the firmware's unit: 10 is the distance within a node, 20 twice that.
     *
     * @throws IllegalArgumentException if an index is not that of a node
     */
    public int distance(int fromNodeIndex, int toNodeIndex) {
        return machine.distances()
                .get(checkedIndex(fromNodeIndex, "fromNodeIndex"))
                .get(checkedIndex(toNodeIndex, "toNodeIndex"));
    }

    /** The index of the node that has the cpu of this number, or -1 if none has. */
    public int nodeIndexOfCpu(int cpu) {
        return cpu >= 0 && cpu < nodeIndexByCpu.length ? nodeIndexByCpu[cpu] : Machine.NO_NODE;
    }

    /**
     * The index of the node to serve the calling thread from. Cheap enough to ask at each operation.
     *
     * <p>With one node it is 0. For a thread made by a factory of this very object it is the node it was made for. For any other platform
     * thread it is the node it ran on a short while ago (up to some thousand calls), which costs a thread-local read and, at the first call
     * and once in a long while, reading a file of {@code /proc}. For virtual threads, for simulated topologies, and where the cpu cannot be
     * found out, threads are spread over the nodes by their id, so that a thread always gets the same node.
     *
     * <p>The answer may be old or arbitrary: that costs speed only.
     */
    public int currentNode() {
        if (nodeCount == 1) {
            return 0;
        }
        Thread thread = Thread.currentThread();
        if (thread instanceof NodeThread made && made.topology() == this) {
            return made.nodeIndex();
        }
        if (!simulated && !ThreadKind.isVirtual(thread)) {
            int node = nodeIndexOfCpu(ThreadCpu.current());
            if (node != Machine.NO_NODE) {
                return node;
            }
        }
        return (int) (ThreadIds.current() % nodeCount);
    }

    /**
     * A factory of platform threads that spreads them over the nodes in turn. The first such factory begins with node 0, the next one with
     * node 1, and so on, so that many factories of few threads do not all use the same nodes.
     *
     * @see #threadFactory(int, String)
     */
    public ThreadFactory threadFactory() {
        AtomicLong next = new AtomicLong(factories.getAndIncrement());
        return factory(() -> (int) (next.getAndIncrement() % nodeCount), /* namePrefix= */ null);
    }

    /**
     * A factory of platform threads placed on one node.
     *
     * @throws IllegalArgumentException if the index is not that of a node
     * @see #threadFactory(int, String)
     */
    public ThreadFactory threadFactory(int nodeIndex) {
        int checked = checkedIndex(nodeIndex, "nodeIndex");
        return factory(() -> checked, /* namePrefix= */ null);
    }

    /**
     * A factory of platform threads placed on one node: each may run on all cpus of the node that the process may use, and on no other.
     * They are not daemons. A thread that cannot be placed runs all the same, wherever the operating system puts it;
     * {@link #placement()} tells.
     *
     * <p>On Linux a thread inherits the cpus of the thread that starts it. So threads that a placed thread starts stay on its node; so do
     * those of a shared pool, and the carriers of virtual threads, that are started while it hands work to them. And
     * {@link Runtime#availableProcessors()}, asked by a placed thread, may count its node's cpus only.
     *
     * @param nodeIndex the node, an index into {@link #nodes()}
     * @param namePrefix what the threads' names begin with; a number follows
     * @throws IllegalArgumentException if the index is not that of a node
     */
    public ThreadFactory threadFactory(int nodeIndex, String namePrefix) {
        int checked = checkedIndex(nodeIndex, "nodeIndex");
        return factory(() -> checked, Objects.requireNonNull(namePrefix, "namePrefix must not be null"));
    }

    /**
     * Runs a task on a node, in the calling thread, and returns its result: memory that the task is the first to touch comes from that node.
     *
     * <p>The calling thread is bound to the node's cpus and afterwards given back those it had. It is the caller's own thread, so that locks
     * it holds, its thread-locals, interrupts and class initialization are as in any call, and what the task throws reaches the caller as it
     * is. Where threads are not or cannot be placed ({@link #placement()}), and for a virtual thread, the task simply runs. Threads that the
     * task starts inherit its cpus and keep them.
     *
     * @param nodeIndex the node, an index into {@link #nodes()}
     * @param task what to run
     * @return what the task returned
     * @throws IllegalArgumentException if the index is not that of a node
     */
    public <T> T runOn(int nodeIndex, Supplier<? extends T> task) {
        Objects.requireNonNull(task, "task must not be null");
        BitSet before = placer.bind(checkedIndex(nodeIndex, "nodeIndex"));
        try {
            return task.get();
        } finally {
            if (before != null) {
                placer.unbind(before);
            }
        }
    }

    /**
     * What placing threads has obtained so far. Changes from {@code NOT_TRIED} when the first thread is placed, and from {@code PINNED} when a
     * thread cannot be. The first result is logged, once, by the {@link System.Logger} named {@code org.nr4j.topology}.
     */
    public Placement placement() {
        return placer.placement();
    }

    /** The nodes in one line, for people; the form may change. */
    @Override
    public String toString() {
        return (simulated ? "simulated, " : "") + machine;
    }

    Placer placer() {
        return placer;
    }

    /** {@link #detect()} for any files. */
    static NumaTopology detect(Path sysfsRoot, Path procStatus) {
        try {
            return parse(sysfsRoot, procStatus);
        } catch (RuntimeException e) {
            // Any: a library must not fail at start because a machine is strange.
            return oneNode(sysfsRoot, e);
        }
    }

    /** The same nodes, with other means of binding threads to them. */
    NumaTopology withPlacer(Supplier<? extends CpuBinding> bindings, Supplier<BitSet> processCpus) {
        return new NumaTopology(machine, simulated, new Placer(machine, bindings, processCpus));
    }

    private static NumaTopology real(Machine machine) {
        Placer placer = machine.isOneNode()
                ? new Placer(new Placement(Outcome.NOT_NEEDED, "this process has the cpus of one node only"))
                : new Placer(machine, Pinning::new, () -> Sysfs.allowedCpus(PROC_STATUS));
        return new NumaTopology(machine, /* simulated= */ false, placer);
    }

    private static NumaTopology oneNode(Path sysfsRoot, RuntimeException why) {
        BitSet cpus = new BitSet();
        cpus.set(0, Runtime.getRuntime().availableProcessors());
        String reason = Files.isDirectory(sysfsRoot)
                ? "the machine's nodes could not be read, so that one is assumed: " + why.getMessage()
                : "this system does not tell its nodes in " + sysfsRoot + ", so that one is assumed";
        Placer placer = new Placer(new Placement(Outcome.UNSUPPORTED, reason));
        return new NumaTopology(Machine.ofOneNode(cpus), /* simulated= */ false, placer);
    }

    private ThreadFactory factory(IntSupplier nextNode, @Nullable String namePrefix) {
        AtomicInteger made = new AtomicInteger();
        return task -> {
            Objects.requireNonNull(task, "task must not be null");
            int node = nextNode.getAsInt();
            String prefix =
                    namePrefix == null ? "nr4j-node-" + nodes().get(node).id() + "-thread-" : namePrefix;
            NodeThread thread = new NodeThread(this, node, task, prefix + made.incrementAndGet());
            // Inherited otherwise.
            thread.setDaemon(false);
            return thread;
        };
    }

    private int checkedIndex(int nodeIndex, String name) {
        if (nodeIndex < 0 || nodeIndex >= nodeCount) {
            throw new IllegalArgumentException(name + " must be at least 0 and less than the number of nodes, "
                    + nodeCount + ": " + name + "=" + nodeIndex + "; pass an index into nodes()");
        }
        return nodeIndex;
    }
}
