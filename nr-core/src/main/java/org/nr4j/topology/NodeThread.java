package org.nr4j.topology;

import org.nr4j.internal.thread.SteadyThread;

/** A platform thread that a factory made for one node. It stays on that node where the system allows it. */
final class NodeThread extends SteadyThread {
    private final NumaTopology topology;

    private final int nodeIndex;

    NodeThread(NumaTopology topology, int nodeIndex, Runnable task, String name) {
        super(task, name);
        this.topology = topology;
        this.nodeIndex = nodeIndex;
    }

    /** Returns the topology whose factory made this thread. Another topology's indexes mean other nodes. */
    NumaTopology topology() {
        return topology;
    }

    int nodeIndex() {
        return nodeIndex;
    }

    @Override
    public void run() {
        topology.placer().bind(nodeIndex);
        super.run();
    }
}
