package org.nr4j.topology;

import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.thread.ThreadKind;
import org.nr4j.topology.Placement.Outcome;

/**
 * Binds threads to the cpus of a node, and keeps and logs the result. No method fails: a thread that cannot be bound
 * runs unbound. Any thread may call any method.
 */
final class Placer {
    /**
     * The lines that this process has logged. A program that detects its topology again and again logs each line once.
     */
    private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

    private final List<NumaNode> nodes;
    private final String description;
    private final Supplier<? extends CpuBinding> bindings;
    private final Supplier<BitSet> processCpus;

    /**
     * The result so far: {@code NOT_TRIED}, then {@code PINNED}, then the first failure. A placer that never binds
     * keeps its first value. Threads that bind write the field while they hold the monitor of {@code this}.
     */
    private volatile Placement placement;

    /** Creates a placer that never binds a thread, for the given reason. */
    Placer(Placement placement) {
        this(List.of(), "", Pinning::new, BitSet::new, placement);
    }

    /**
     * Creates a placer that binds threads.
     *
     * @param machine the nodes, and their description for the log
     * @param bindings gives the native calls; called only when a thread is to be bound
     * @param processCpus gives the cpus of this process, which may change; called for each thread, which gets no others
     */
    Placer(Machine machine, Supplier<? extends CpuBinding> bindings, Supplier<BitSet> processCpus) {
        this(
                machine.nodes(),
                machine.toString(),
                bindings,
                processCpus,
                new Placement(Outcome.NOT_TRIED, "no thread was to be placed so far"));
    }

    private Placer(
            List<NumaNode> nodes,
            String description,
            Supplier<? extends CpuBinding> bindings,
            Supplier<BitSet> processCpus,
            Placement placement) {
        this.nodes = nodes;
        this.description = description;
        this.bindings = bindings;
        this.processCpus = processCpus;
        this.placement = placement;
    }

    Placement placement() {
        return placement;
    }

    /**
     * Binds the calling thread to the cpus of a node if possible. Leaves a virtual thread as it is.
     *
     * @return the cpus on which the thread could run before, for {@link #unbind}; null if the thread is not bound
     */
    @Nullable
    BitSet bind(int nodeIndex) {
        // A virtual thread would bind its carrier, and so each virtual thread that the carrier runs later.
        if (nodes.isEmpty() || ThreadKind.isVirtual(Thread.currentThread())) {
            return null;
        }
        NumaNode node = nodes.get(nodeIndex);
        try {
            if (placement.outcome() == Outcome.NOT_TRIED) {
                prepareLogging();
            }
            BitSet target = node.cpuSet();
            BitSet process = processCpus.get();
            target.and(process);
            if (target.isEmpty()) {
                obtained(Outcome.NOT_PERMITTED, node + " has none of this process's cpus " + CpuList.format(process));
                return null;
            }
            return bind(bindings.get(), target, node);
        } catch (IllegalStateException e) {
            // The affinity library throws it when the system call fails.
            obtained(Outcome.NOT_PERMITTED, node + ": " + e.getMessage());
        } catch (NoClassDefFoundError e) {
            obtained(
                    Outcome.UNSUPPORTED,
                    e.getCause() instanceof ClassNotFoundException absent ? absentLibrary(absent) : node + ": " + e);
        } catch (Throwable e) {
            // Includes errors: native code that does not load, or more cpus than the library can count.
            obtained(Outcome.UNSUPPORTED, node + ": " + e);
        }
        return null;
    }

    /** The reason for {@code UNSUPPORTED} where the affinity library, or a library that it needs, is absent. */
    private static String absentLibrary(ClassNotFoundException absent) {
        return "net.openhft:affinity and its dependencies must be on the class path or module path to place threads:"
                + " missing=" + absent.getMessage()
                + "; add them, and on the module path --add-modules affinity,org.slf4j";
    }

    private @Nullable BitSet bind(CpuBinding binding, BitSet target, NumaNode node) {
        BitSet before = binding.get();
        BitSet now;
        try {
            binding.set(target);
            now = binding.get();
        } catch (Throwable e) {
            restore(() -> binding, before);
            throw e;
        }
        if (now.isEmpty()) {
            obtained(
                    Outcome.UNSUPPORTED,
                    "native affinity is not available here; it needs Linux and JNA (from JDK 24 on with"
                            + " --enable-native-access)");
            return null;
        }
        BitSet outside = (BitSet) now.clone();
        outside.andNot(target);
        if (!outside.isEmpty()) {
            restore(() -> binding, before);
            obtained(
                    Outcome.NOT_PERMITTED,
                    node + ": the thread still runs on cpus " + CpuList.format(now) + " after it was bound to "
                            + CpuList.format(target));
            return null;
        }
        ThreadCpu.forget();
        obtained(Outcome.PINNED, "each placed thread runs on the cpus of its node only");
        return before;
    }

    /** Gives the calling thread back the cpus that {@link #bind} returned. */
    void unbind(BitSet before) {
        Throwable failure = restore(bindings, before);
        if (failure != null) {
            obtained(
                    Outcome.NOT_PERMITTED,
                    "a thread did not get back its cpus " + CpuList.format(before) + ": " + failure);
        }
        ThreadCpu.forget();
    }

    /** Gives the calling thread back its cpus. Returns the failure, or null after a success. */
    private static @Nullable Throwable restore(Supplier<? extends CpuBinding> bindings, BitSet before) {
        try {
            bindings.get().set(before);
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    /** Keeps the first result, and later the first failure. So {@code PINNED} holds for every placed thread. */
    private void obtained(Outcome outcome, String reason) {
        Placement now = new Placement(outcome, reason);
        Outcome before;
        synchronized (this) {
            before = placement.outcome();
            if (before == Outcome.NOT_TRIED || (before == Outcome.PINNED && outcome != Outcome.PINNED)) {
                placement = now;
            }
        }
        if (before == Outcome.NOT_TRIED) {
            log(now);
        }
    }

    private void log(Placement obtained) {
        String line = "Thread placement on " + description + ": " + obtained;
        if (!LOGGED.add(line)) {
            return;
        }
        try {
            System.Logger.Level level =
                    obtained.outcome() == Outcome.PINNED ? System.Logger.Level.INFO : System.Logger.Level.WARNING;
            logger().log(level, line);
        } catch (Throwable e) {
            // A logging set-up that fails must not end the thread. placement() has the result.
            return;
        }
    }

    /**
     * Makes the logging system start its threads before this thread is bound. They would inherit the cpus of this
     * thread.
     */
    private static void prepareLogging() {
        try {
            boolean unused = logger().isLoggable(System.Logger.Level.INFO);
        } catch (Throwable e) {
            // As in log: placement() has the result.
            return;
        }
    }

    private static System.Logger logger() {
        return System.getLogger(Placer.class.getPackageName());
    }
}
