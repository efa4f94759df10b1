package org.nr4j.topology;

/** A platform thread that was made for one node, stays on it where that is possible, and tells it for free. */
final class NodeThread extends Thread {
    /** Both fields are written before the thread starts and never again. */
    private final NumaTopology topology;

    private final int nodeIndex;

    NodeThread(NumaTopology topology, int nodeIndex, Runnable task, String name) {
        super(task, name);
        this.topology = topology;
        this.nodeIndex = nodeIndex;
    }

    /** The topology whose factory made this thread; another topology's indexes mean other nodes. */
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
