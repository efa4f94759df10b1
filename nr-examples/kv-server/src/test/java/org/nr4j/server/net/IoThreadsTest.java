package org.nr4j.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.nr4j.topology.NumaTopology;

class IoThreadsTest {
    /** What a thread finds out about itself. */
    private record Seen(int node, boolean isFast) {}

    private static Seen run(ThreadFactory factory, NumaTopology topology) throws Exception {
        CompletableFuture<Seen> seen = new CompletableFuture<>();
        factory.newThread(() -> seen.complete(
                        new Seen(topology.currentNode(), FastThreadLocalThread.currentThreadHasFastThreadLocal())))
                .start();
        return seen.get(30, TimeUnit.SECONDS);
    }

    @Test
    void threads_areOnTheNodesInTurn() throws Exception {
        NumaTopology topology = NumaTopology.simulated(2, 1);
        ThreadFactory factory = IoThreads.onNodes(topology);
        List<Seen> seen = List.of(run(factory, topology), run(factory, topology), run(factory, topology));
        assertThat(seen).extracting(Seen::node).containsExactly(0, 1, 0);
        assertThat(seen).allMatch(Seen::isFast);
    }
}
