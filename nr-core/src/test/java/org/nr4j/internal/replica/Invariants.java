package org.nr4j.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import org.nr4j.NodeReplicated;
import org.nr4j.internal.log.OperationLog;

/** Checks the invariants I1 and I5 of log and replicas, for tests of any package, at rest or while threads work. */
public final class Invariants {
    private final ReplicaSet<?, ?, ?> replicas;

    private Invariants(ReplicaSet<?, ?, ?> replicas) {
        this.replicas = replicas;
    }

    public static Invariants of(NodeReplicated<?, ?, ?> instance) {
        try {
            Field field = NodeReplicated.class.getDeclaredField("replicas");
            field.setAccessible(true);
            return new Invariants((ReplicaSet<?, ?, ?>) field.get(instance));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("NodeReplicated.replicas", e);
        }
    }

    /**
     * Checks that {@code head <= localTail <= tail <= head + capacity}. All of these only grow. Therefore each is read
     * before its upper bound.
     */
    public void assertHold() {
        OperationLog log = replicas.log();
        long tailBefore = log.tail();
        long head = log.head();
        assertThat(tailBefore).as("tail <= head + capacity").isLessThanOrEqualTo(head + log.capacity());
        for (Replica<?, ?, ?> replica : replicas.all()) {
            if (replica.isSole() || replica.isQuarantined()) {
                continue;
            }
            long localTail = replica.localTail();
            assertThat(localTail).as("head <= localTail").isGreaterThanOrEqualTo(head);
            assertThat(localTail).as("localTail <= tail").isLessThanOrEqualTo(log.tail());
        }
    }

    /** Checks that everything is applied and reclaimed. Call it after a sync, while no thread works. */
    public void assertAtRest() {
        OperationLog log = replicas.log();
        assertThat(log.head()).as("head").isEqualTo(log.tail());
        for (Replica<?, ?, ?> replica : replicas.all()) {
            if (!replica.isSole()) {
                assertThat(replica.localTail()).as("localTail").isEqualTo(log.tail());
            }
        }
    }
}
