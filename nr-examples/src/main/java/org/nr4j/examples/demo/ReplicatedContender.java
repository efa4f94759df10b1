package org.nr4j.examples.demo;

import java.util.ArrayList;
import java.util.List;
import org.nr4j.NodeReplicated;
import org.nr4j.NrStats;
import org.nr4j.ThreadToken;

/** The structure, replicated by nr4j. Each thread works through a token. */
final class ReplicatedContender<R, W> implements Contender<R, W> {
    private final NodeReplicated<R, W, Long> structure;

    ReplicatedContender(Subject<R, W> subject, Options options) {
        this.structure = NodeReplicated.builder(subject::sequential)
                .topology(options.topology())
                .replicas(options.replicaCount())
                .logCapacity(options.logCapacity())
                .build();
    }

    @Override
    public String name() {
        return "nr4j, " + (structure.replicas() == 1 ? "1 replica" : structure.replicas() + " replicas");
    }

    @Override
    public Access<R, W> open() {
        ThreadToken<R, W, Long> token = structure.register();
        return new Access<>() {
            @Override
            public long read(R op) {
                return token.execute(op);
            }

            @Override
            public long write(W op) {
                return token.executeMut(op);
            }

            @Override
            public void close() {
                token.close();
            }
        };
    }

    @Override
    public void close() {
        structure.close();
    }

    /** Returns each replica's own answer to a read, once all replicas have applied every write. */
    List<Long> readEachReplica(R op) {
        structure.sync();
        List<Long> answers = new ArrayList<>();
        for (int replica = 0; replica < structure.replicas(); replica++) {
            try (ThreadToken<R, W, Long> token = structure.register(replica)) {
                answers.add(token.execute(op));
            }
        }
        return answers;
    }

    NrStats stats() {
        return structure.stats();
    }
}
