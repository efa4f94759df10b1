package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nr4j.Journal.append;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nr4j.Subject.Setup;
import org.nr4j.testing.ConcurrentRun;

/**
 * Whoever has heard of a write finds it everywhere, also while the thread that makes it is held up between putting it
 * into the log and applying it, where nobody has been answered yet ({@code OperationLog.completed}).
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
     * Runs the check while a write is in the log and its writer waits for a reader; and beside it what another thread
     * does.
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

    // By tokens, not by handles of the subject: those ask for the statistics, and whoever tells the index completes the
    // write.

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
