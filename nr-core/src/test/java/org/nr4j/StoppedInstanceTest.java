package org.nr4j;

import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.nr4j.Journal.append;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.Subject.Handle;
import org.nr4j.Subject.Setup;
import org.nr4j.linearizability.Command;
import org.nr4j.testing.ConcurrentRun;

/**
 * An error of the virtual machine inside dispatchMut hits all replicas. The instance stops, every caller gets an
 * exception, and no thread hangs.
 */
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class StoppedInstanceTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final WaitStrategy PARK_AT_ONCE = WaitStrategy.of(0, 0);

    /** Overflows the stack on one replica; the others take it for an ordinary write. */
    private static Command<Journal> overflow(Gate gate, int replica) {
        return Journal.write(journal -> {
            if (journal.replica == replica) {
                gate.pass();
                recurse(0);
            }
            return journal.add("overflow");
        });
    }

    @SuppressWarnings("InfiniteRecursion") // the purpose
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    private static void assertStopped(ThrowingCall call) {
        Throwable thrown = catchThrowable(call::run);
        assertThat(thrown instanceof ExecutionException ? thrown.getCause() : thrown)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the instance has stopped")
                .hasRootCauseInstanceOf(StackOverflowError.class);
    }

    private static List<Handle> handles(Subject subject) {
        return range(0, subject.nr.replicas()).mapToObj(subject::handle).toList();
    }

    /** @param handles of the calling thread, one a replica */
    private static void assertStoppedForAll(Subject subject, List<Handle> handles) {
        for (Handle handle : handles) {
            assertStopped(() -> handle.read(Journal.size()));
            assertStopped(() -> handle.write(append("later")));
            assertStopped(() -> handle.writeAll(List.of(append("later"))));
        }
        assertStopped(subject.nr::register);
        assertStopped(() -> subject.nr.executeMutAsync(append("later")).get(30, TimeUnit.SECONDS));
        assertStopped(subject.nr::sync);
        subject.close();
    }

    @FunctionalInterface
    private interface ThrowingCall {
        void run() throws Exception;
    }

    @Test
    void stackOverflow_waitersOfTheReplica_areRefusedAndNotApplied() throws InterruptedException {
        Subject subject = new Subject(Setup.tokens(1, 0), PARK_AT_ONCE);
        List<Handle> handles = handles(subject);
        Gate gate = new Gate();
        Waiters waiters = new Waiters();
        List<CompletableFuture<Object>> futures = new ArrayList<>();
        new ConcurrentRun()
                .threads(1, i -> assertStopped(() -> subject.handle(0).write(overflow(gate, 0))))
                .threads(3, i -> waiter(gate, waiters, () -> subject.handle(0).write(append("waiter"))))
                .threads(2, i -> waiter(gate, waiters, () -> subject.handle(0).read(Journal.size())))
                .threads(1, i -> {
                    gate.awaitEntered();
                    futures.add(subject.nr.executeMutAsync(append("waiter")));
                    waiters.awaitParked(5);
                    waiters.interruptFirst();
                    gate.open();
                })
                .deadline(DEADLINE)
                .run();
        assertStopped(() -> futures.get(0).get(30, TimeUnit.SECONDS));
        assertStoppedForAll(subject, handles);
        assertThat(subject.journals.get(0).entries).isEmpty();
    }

    /** A thread that is interrupted while it waits gets the answer all the same, and keeps the flag. */
    private static void waiter(Gate gate, Waiters waiters, ThrowingCall call) {
        gate.awaitEntered();
        boolean first = waiters.add();
        assertStopped(call);
        assertThat(Thread.currentThread().isInterrupted()).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void stackOverflow_underLoad_endsEveryCall(int replicas) throws InterruptedException {
        Subject subject = new Subject(Setup.tokens(replicas, 1));
        List<Handle> handles = handles(subject);
        Command<Journal> overflow = Journal.write(journal -> recurse(0));
        subject.run(
                6,
                (handle, thread) -> {
                    List<CompletableFuture<Object>> futures = new ArrayList<>();
                    assertStopped(() -> {
                        for (int n = 0; ; n++) {
                            handle.write(thread == 0 && n == 100 ? overflow : append(thread, n));
                            handle.size();
                            futures.add(n < 1000 ? handle.writeAsync(append(thread, -n)) : futures.get(0));
                        }
                    });
                    for (CompletableFuture<Object> future : futures) {
                        assertThat(future.handle((answer, failure) -> "ended")).succeedsWithin(DEADLINE);
                    }
                },
                DEADLINE);
        assertStoppedForAll(subject, handles);
    }

    /** Reads change nothing, so their errors are their callers' alone. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void stackOverflow_inARead_isThrownAndTheInstanceGoesOn(int replicas) throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(replicas, 1))) {
            subject.run(3, (handle, thread) -> {
                for (int n = 0; n < 20; n++) {
                    assertThatThrownBy(() -> handle.read(Journal.read(journal -> recurse(0))))
                            .isInstanceOf(StackOverflowError.class);
                    handle.write(append(thread, n));
                }
            });
            subject.assertConsistent();
        }
    }
}
