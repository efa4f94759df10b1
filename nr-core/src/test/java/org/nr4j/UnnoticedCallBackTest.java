package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.topology.NumaTopology;

/**
 * Tests a call back that is not noticed at once. Another thread has overwritten the caller's mark in {@code
 * ReentrancyGuard}, and the caller calls another replica.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class UnnoticedCallBackTest {
    /** ReentrancyGuard has a power of two of words, not more than this. */
    private static final int WORDS = 1 << 14;

    private static final class Calls implements Dispatch<IntSupplier, Runnable, Integer> {
        @Override
        public Integer dispatch(IntSupplier op) {
            return op.getAsInt();
        }

        @Override
        public Integer dispatchMut(Runnable op) {
            op.run();
            return 0;
        }
    }

    @Test
    void itHasToWait_isRefusedBeforeItSleeps() throws InterruptedException {
        try (var nr = NodeReplicated.builder(Calls::new)
                .topology(NumaTopology.simulated(2, 2))
                .replicas(2)
                .build()) {
            Gate gate = new Gate();
            new ConcurrentRun()
                    .threads(1, i -> nr.register(1).executeMut(gate::passFirst))
                    .threads(1, i -> {
                        gate.awaitEntered();
                        var other = nr.register(1);
                        nr.register(0).execute(() -> {
                            overwriteMark(() -> nr.register(0).execute(() -> 0));
                            assertThatThrownBy(() -> other.execute(() -> 0))
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("must not call back");
                            return 0;
                        });
                        gate.open();
                    })
                    .deadline(Duration.ofSeconds(30))
                    .run();
            assertThat(nr.execute(() -> 1)).isEqualTo(1);
        }
    }

    /** Runs it on a thread that is marked in the same word as this one. */
    @SuppressWarnings("deprecation") // threadId() is there from JDK 19 on only
    private static void overwriteMark(Runnable operation) {
        Thread thread;
        do {
            thread = new Thread(operation);
        } while ((thread.getId() - Thread.currentThread().getId()) % WORDS != 0);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
