package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nr4j.Journal.append;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nr4j.Subject.Setup;
import org.nr4j.testing.ConcurrentRun;

/**
 * Checks that a thread that knows of a write finds it on every replica ({@code OperationLog.completed}). Here the
 * writer is stopped between appending the write and applying it, so it has not answered anyone yet.
 */
class CompletedTailTest {
    private static final int WRITER = 1;

    private final Subject subject = new Subject(Setup.tokens(3, 8));
    private final Gate gate = new Gate();

    @AfterEach
    void close() {
        subject.assertConsistent();
        subject.close();
    }

    @Test
    void aReaderSawIt_readersOfOtherReplicasDo() throws InterruptedException {
        beside(this::bringReplicasUpToDate, () -> {
            Gate.awaitTrue(() -> size(0) == 1, "sync did not bring replica 0 up to date");
            assertThat(size(2)).isEqualTo(1);
        });
    }

    @Test
    void theIndexCountsIt_readersDoToo() throws InterruptedException {
        beside(() -> {}, () -> {
            Gate.awaitTrue(() -> subject.nr.writeCount() == 1, "the write does not get into the log");
            assertThat(size(2)).isEqualTo(1);
        });
    }

    /**
     * Runs {@code check} while a write is in the log and its writer waits for a reader. Runs {@code meanwhile} beside
     * it, on another thread.
     */
    private void beside(Runnable meanwhile, Runnable check) throws InterruptedException {
        new ConcurrentRun()
                .threads(1, i -> subject.handle(WRITER).read(gate.thenSize()))
                .threads(1, i -> {
                    gate.awaitEntered();
                    subject.handle(WRITER).write(append("held up"));
                })
                .threads(1, i -> meanwhile.run())
                .threads(1, i -> {
                    try {
                        check.run();
                    } finally {
                        gate.open();
                    }
                })
                .deadline(Duration.ofSeconds(60))
                .run();
    }

    // These use tokens, not handles of the subject. A handle reads the statistics, and reading the write count
    // completes the write.

    private int size(int replica) {
        return (int) subject.nr.register(replica).execute(Journal.size());
    }

    /** Comes as far as the replica before the writer's. */
    private void bringReplicasUpToDate() {
        Gate.awaitTrue(
                () -> subject.nr.register(0).executeStale(Journal.size()).lag() == 1,
                "the write does not get into the log");
        subject.nr.sync();
    }
}
