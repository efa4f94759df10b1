package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nr4j.linearizability.Command;
import org.nr4j.topology.NumaTopology;

/** A copier fails when a replica is to be rebuilt. The figures of the replica are still counted once. */
class FailedRebuildTest {
    @Test
    void stats_rebuildFailed_batchesOfTheReplicaAreCountedOnce() throws Exception {
        AtomicInteger ids = new AtomicInteger();
        AtomicBoolean copied = new AtomicBoolean();
        NodeReplicated<Command<Journal>, Command<Journal>, Object> journal = NodeReplicated.builder(
                        () -> new Journal(ids.getAndIncrement()))
                .topology(NumaTopology.simulated(2, 1))
                .copier((Journal j) -> {
                    copied.set(true);
                    throw new IllegalArgumentException("cannot copy");
                })
                .build();
        try (journal) {
            try (var token = journal.register(1)) {
                for (int i = 0; i < 10; i++) {
                    token.executeMut(Journal.append(i));
                }
            }
            try (var token = journal.register(0)) {
                token.executeMut(Journal.write(j -> {
                    if (j.replica == 1) {
                        throw new StackOverflowError("simulated");
                    }
                    return j.add("heavy");
                }));
            }
            journal.sync();
            Gate.awaitTrue(copied::get, "no rebuild");
            Thread.sleep(200);
            System.out.println("after failed rebuild " + journal.stats());
            assertThat(journal.stats().batches()).isEqualTo(11);
            journal.removeReplica(1);
            System.out.println("after removal " + journal.stats());
            assertThat(journal.stats().batches()).isEqualTo(11);
        }
    }
}
