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
import org.nr4j.internal.thread.ThreadIds;
import org.nr4j.internal.thread.ThreadKind;
import org.nr4j.topology.Placement.Outcome;

/**
 * The NUMA nodes that this process may use: their cpus, their distances, the node of a thread, and threads that stay on
 * a node.
 *
 * <p>A topology contains each node with a cpu that is online and in the cpu set of the process. A container or
 * {@code taskset} can restrict that set. Nodes that have memory only are listed apart.
 *
 * <p>The index of a node is its place in {@link #nodes()}, from 0 to {@link #nodeCount()}{@code  - 1}. The operating
 * system's numbers, {@link NumaNode#id()}, may have gaps.
 *
 * <p>A topology is a snapshot. It does not notice cpus that come or go later. Only {@link #placement()} changes.
 *
 * <p>The node of a thread is a hint. A hint that is wrong or old makes an operation slower. It never makes a result
 * wrong.
 *
 * <p>Any thread may call any method.
 */
public final class NumaTopology {
    private static final Path SYSFS_ROOT = Path.of("/sys/devices/system");
    private static final Path PROC_STATUS = Path.of("/proc/self/status");

    /** As many nodes as Linux knows. The distance matrix has the square of that number of elements. */
    private static final int MAX_SIMULATED_NODES = 1024;

    private final Machine machine;
    private final boolean simulated;
    private final int nodeCount;

    /** The node index of each cpu number, or {@link Machine#NO_NODE}. */
    private final int[] nodeIndexByCpu;

    private final Placer placer;

    /** How many factories that spread their threads over the nodes were made. */
    private final AtomicLong factories = new AtomicLong();

    private NumaTopology(Machine machine, boolean simulated, Placer placer) {
        this.machine = machine;
        this.simulated = simulated;
        this.nodeCount = machine.nodes().size();
        this.nodeIndexByCpu = machine.nodeIndexByCpu();
        this.placer = placer;
    }

    /**
     * Returns the topology of this machine, as far as this process may use it. Each call reads some small files.
     *
     * <p>This method never fails. If the machine cannot be read (no Linux, no {@code /sys}), the topology has one node
     * with all available processors. {@link #placement()} then says so.
     */
    public static NumaTopology detect() {
        return detect(SYSFS_ROOT, PROC_STATUS);
    }

    /**
     * Returns the topology in a copy of a machine's {@code /sys/devices/system}, for a process with the given status.
     *
     * <p>This method reads {@code cpu/online}, {@code node/online}, and {@code cpulist}, {@code distance} and
     * {@code meminfo} of each {@code node/node*}. All files but {@code cpulist} may be absent. So may the directory
     * {@code node}, as on a kernel without NUMA.
     *
     * <p>The topology counts as that of this machine. {@link #currentNode()} and placement use the cpus on which
     * threads really run. No thread gets a cpu that this process may not use.
     *
     * @param sysfsRoot the directory that stands for {@code /sys/devices/system}
     * @param procStatus a copy of {@code /proc/self/status}; its line {@code Cpus_allowed_list} has the allowed cpus
     * @throws java.io.UncheckedIOException if a file cannot be read
     * @throws IllegalArgumentException if a file makes no sense, or if no node has a cpu that is online and allowed
     */
    public static NumaTopology parse(Path sysfsRoot, Path procStatus) {
        Objects.requireNonNull(sysfsRoot, "sysfsRoot must not be null");
        Objects.requireNonNull(procStatus, "procStatus must not be null");
        return real(Sysfs.read(sysfsRoot, Sysfs.allowedCpus(procStatus)));
    }

    /**
     * Returns the topology in a copy of a machine's {@code /sys/devices/system}, for a process with the given cpus.
     * Works as {@link #parse(Path, Path)}.
     *
     * @param sysfsRoot the directory that stands for {@code /sys/devices/system}
     * @param allowedCpus the cpus that the process may use, for example {@code 0-3,8}
     * @throws java.io.UncheckedIOException if a file cannot be read
     * @throws IllegalArgumentException if the list or a file makes no sense, or if no node has a cpu that is online and
     *     allowed
     */
    public static NumaTopology parse(Path sysfsRoot, String allowedCpus) {
        Objects.requireNonNull(sysfsRoot, "sysfsRoot must not be null");
        Objects.requireNonNull(allowedCpus, "allowedCpus must not be null");
        return real(Sysfs.read(sysfsRoot, CpuList.parse(allowedCpus, "allowedCpus")));
    }

    /**
     * Returns a made-up topology, to try out several nodes on a machine that has one.
     *
     * <p>Its cpus are numbers only. No thread is bound to them. A thread that no factory of this topology made gets its
     * node by its id.
     *
     * @param nodes the number of nodes, from 1 to 1024
     * @param cpusPerNode the number of cpus of each node, at least 1
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
                new Placement(Outcome.NOT_NEEDED, "the topology is simulated, so threads are not bound to cpus"));
        return new NumaTopology(Machine.uniform(nodes, cpusPerNode), /* simulated= */ true, placer);
    }

    /**
     * Returns the nodes that have cpus for this process, by ascending id. The list is never empty, and unmodifiable.
     */
    public List<NumaNode> nodes() {
        return machine.nodes();
    }

    /** Returns how many nodes have cpus for this process; at least 1. */
    public int nodeCount() {
        return nodeCount;
    }

    /**
     * Returns the nodes that have memory but no cpus, by ascending id: memory expanders, high-bandwidth memory. They
     * have no index. The list is unmodifiable.
     */
    public List<NumaNode> memoryOnlyNodes() {
        return machine.memoryOnlyNodes();
    }

    /** Returns whether {@link #simulated} made this topology. */
    public boolean isSimulated() {
        return simulated;
    }

    /**
     * Returns the distance from the cpus of one node to the memory of another, in the firmware's unit. The distance
     * within a node is 10; a distance of 20 is twice as far.
     *
     * @param fromNodeIndex the node of the cpus, an index into {@link #nodes()}
     * @param toNodeIndex the node of the memory, an index into {@link #nodes()}
     * @throws IllegalArgumentException if an index is not that of a node
     */
    public int distance(int fromNodeIndex, int toNodeIndex) {
        return machine.distances()
                .get(checkedIndex(fromNodeIndex, "fromNodeIndex"))
                .get(checkedIndex(toNodeIndex, "toNodeIndex"));
    }

    /** Returns the index of the node that has the cpu of this number, or -1 if no node has it. */
    public int nodeIndexOfCpu(int cpu) {
        return cpu >= 0 && cpu < nodeIndexByCpu.length ? nodeIndexByCpu[cpu] : Machine.NO_NODE;
    }

    /**
     * Returns the index of the node that should serve the calling thread. A call is cheap enough for each operation.
     *
     * <table>
     *   <caption>The node of a thread; the first row that fits counts</caption>
     *   <tr><th>Thread</th><th>Node</th></tr>
     *   <tr><td>any, with one node</td><td>0</td></tr>
     *   <tr><td>made by a factory of this object</td><td>the node for which it was made</td></tr>
     *   <tr><td>platform thread, if the topology is not simulated</td><td>the node on which it ran lately</td></tr>
     *   <tr><td>any other, or if its cpu cannot be found out</td><td>always the same node, by the thread's id</td></tr>
     * </table>
     *
     * <p>In the third row, the answer may be some thousand calls old. A call costs a thread-local read. One call in
     * some thousand reads a file of {@code /proc}.
     *
     * <p>An answer that is old or arbitrary costs speed only.
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
     * Returns a factory of platform threads that places them on the nodes in turn. The first such factory begins with
     * node 0, the next with node 1, and so on. So many factories of few threads use all nodes.
     *
     * @see #threadFactory(int, String)
     */
    public ThreadFactory threadFactory() {
        AtomicLong next = new AtomicLong(factories.getAndIncrement());
        return factory(() -> (int) (next.getAndIncrement() % nodeCount), /* namePrefix= */ null);
    }

    /**
     * Returns a factory of platform threads that are placed on one node.
     *
     * @param nodeIndex the node, an index into {@link #nodes()}
     * @throws IllegalArgumentException if the index is not that of a node
     * @see #threadFactory(int, String)
     */
    public ThreadFactory threadFactory(int nodeIndex) {
        int checked = checkedIndex(nodeIndex, "nodeIndex");
        return factory(() -> checked, /* namePrefix= */ null);
    }

    /**
     * Returns a factory of platform threads that are placed on one node. Each thread may run on all cpus of the node
     * that the process may use, and on no other. The threads are not daemons.
     *
     * <p>Placing a thread needs net.openhft:affinity, an optional library. A thread that cannot be placed runs wherever
     * the operating system puts it. {@link #placement()} then says why.
     *
     * <p>On Linux, a thread inherits the cpus of the thread that starts it:
     *
     * <ul>
     *   <li>A thread that a placed thread starts stays on the same node.
     *   <li>So does a thread of a shared pool, or a carrier of virtual threads, if a placed thread's work starts it.
     *   <li>{@link Runtime#availableProcessors()} may count the cpus of the node only, if a placed thread calls it.
     * </ul>
     *
     * @param nodeIndex the node, an index into {@link #nodes()}
     * @param namePrefix the beginning of the threads' names; a number follows
     * @throws IllegalArgumentException if the index is not that of a node
     */
    public ThreadFactory threadFactory(int nodeIndex, String namePrefix) {
        int checked = checkedIndex(nodeIndex, "nodeIndex");
        return factory(() -> checked, Objects.requireNonNull(namePrefix, "namePrefix must not be null"));
    }

    /**
     * Runs a task on a node, in the calling thread, and returns its result. Memory that the task touches first comes
     * from that node.
     *
     * <p>The calling thread runs on the cpus of the node during the task. Afterwards it gets back the cpus that it had.
     * Its locks, thread-locals and interrupts are as in any call. An exception of the task reaches the caller as it is.
     *
     * <p>A virtual thread, or a thread that cannot be placed, runs the task where it is. {@link #placement()} says why
     * a thread cannot be placed. A thread that the task starts inherits the cpus of the node, and keeps them.
     *
     * @param nodeIndex the node, an index into {@link #nodes()}
     * @param task the task
     * @return the result of the task
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
     * Returns the result of placing threads so far. It changes from {@code NOT_TRIED} when a thread is to be placed for
     * the first time. It changes from {@code PINNED} when a thread cannot be placed.
     *
     * <p>The {@link System.Logger} named {@code org.nr4j.topology} gets the first result, once.
     */
    public Placement placement() {
        return placer.placement();
    }

    /** Returns the nodes in one line for people. The form may change. */
    @Override
    public String toString() {
        return (simulated ? "simulated, " : "") + machine;
    }

    Placer placer() {
        return placer;
    }

    /** Does what {@link #detect()} does, with the given files. */
    static NumaTopology detect(Path sysfsRoot, Path procStatus) {
        try {
            return parse(sysfsRoot, procStatus);
        } catch (RuntimeException e) {
            // Catches every exception: a library must not fail at start because a machine is strange.
            return oneNode(sysfsRoot, e);
        }
    }

    /** Returns a topology of the same nodes, with other native calls. For tests. */
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
                ? "the machine's nodes could not be read, so one node is assumed: " + why.getMessage()
                : "this system does not show its nodes in " + sysfsRoot + ", so one node is assumed";
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
            // A new thread inherits the flag from the thread that makes it.
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
