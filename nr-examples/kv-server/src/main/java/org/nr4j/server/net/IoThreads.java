package org.nr4j.server.net;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import org.nr4j.server.config.Settings;
import org.nr4j.topology.NumaTopology;

/** Makes the threads of the event loops. */
final class IoThreads {
    private IoThreads() {}

    /** Makes as many event loops as the settings ask for. */
    static EventLoopGroup create(Settings settings) {
        int wanted = settings.eventLoops();
        int count = wanted == 0 ? Runtime.getRuntime().availableProcessors() : wanted;
        IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        NumaTopology topology = NumaTopology.detect();
        return settings.pinsEventLoops() && topology.nodeCount() > 1
                ? new MultiThreadIoEventLoopGroup(count, onNodes(topology), io)
                : new MultiThreadIoEventLoopGroup(count, io);
    }

    /**
     * Returns a factory of threads that stay on the nodes of a machine, in turn. So each loop reads from the replica of
     * its node.
     */
    static ThreadFactory onNodes(NumaTopology topology) {
        ThreadFactory factory = topology.threadFactory();
        // Netty keeps caches of buffers only for threads that it knows.
        return task -> factory.newThread(() -> FastThreadLocalThread.runWithFastThreadLocal(task));
    }
}
