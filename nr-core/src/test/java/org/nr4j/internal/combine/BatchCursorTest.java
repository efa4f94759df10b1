package org.nr4j.internal.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.nr4j.Dispatch;
import org.nr4j.WaitStrategy;
import org.nr4j.WriteBatch;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.stats.WaitCounters;

/** Tests how answers find their requests. {@code MisbehavingBatchTest} tests the answers of misbehaving overrides. */
class BatchCursorTest {
    private final BatchCursor<Integer, Object> cursor = new BatchCursor<>();

    private static Dispatch<Object, Integer, Object> doubling(Consumer<WriteBatch<Integer, Object>> before) {
        return new Dispatch<>() {
            @Override
            public Object dispatch(Object op) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Object dispatchMut(Integer op) {
                if (op < 0) {
                    throw new IllegalArgumentException("negative: " + op);
                }
                return 2 * op;
            }

            @Override
            public void dispatchMutAll(WriteBatch<Integer, Object> batch) {
                before.accept(batch);
                Dispatch.super.dispatchMutAll(batch);
            }
        };
    }

    @Test
    void apply_requestsOfSeveralOperations_getTheirAnswersInOrder() {
        Request single = new Request(1);
        BatchRequest pair = new BatchRequest(new Object[] {2, 3});
        cursor.apply(
                doubling(batch -> {}), new Object[] {1, 2, 3}, new Request[] {single, pair, pair}, /* atOnce= */ false);
        assertThat(single.isDone() || pair.isDone()).as("told").isFalse();
        cursor.completeAnswered();
        assertThat(single.isDone() && pair.isDone()).as("told").isTrue();
        assertThat(single.value()).isEqualTo(2);
        assertThat(List.of(pair.answers().value(0), pair.answers().value(1))).containsExactly(4, 6);
        assertThat(cursor.takeAnswered()).isSameAs(pair);
        assertThat(pair.next).isSameAs(single);
        assertThat(cursor.takeAnswered()).as("taken").isNull();
    }

    @Test
    void apply_operationThrows_isAnsweredWithThatAndTheRestGoesOn() {
        int[] calls = new int[1];
        Object[] ops = {1, -2, 3};
        BatchRequest all = new BatchRequest(ops);
        cursor.apply(doubling(batch -> calls[0]++), ops, new Request[] {all, all, all}, /* atOnce= */ true);
        assertThat(all.isDone()).as("told at once").isTrue();
        assertThat(calls).containsExactly(2);
        assertThat(all.answers().hasFailures()).isTrue();
        assertThat(all.answers().failure(0)).isNull();
        assertThat(all.answers().failure(1)).hasMessage("negative: -2");
        assertThat(all.answers().value(1)).isNull();
        assertThat(all.answers().value(2)).isEqualTo(6);
    }

    /** On the other replicas, no thread waits for the answers. */
    @Test
    void apply_withoutRequests_appliesAll() {
        List<Integer> applied = new ArrayList<>();
        Dispatch<Object, Integer, Object> recording = new Dispatch<>() {
            @Override
            public Object dispatch(Object op) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Object dispatchMut(Integer op) {
                applied.add(op);
                throw new IllegalArgumentException("each");
            }
        };
        cursor.apply(recording, new Object[] {1, 2, 3}, new Request[0], /* atOnce= */ true);
        assertThat(applied).containsExactly(1, 2, 3);
    }

    @Test
    void apply_errorOfTheVirtualMachine_passesAndLeavesTheRestUnanswered() {
        Request done = new Request(1);
        Request left = new Request(2);
        Dispatch<Object, Integer, Object> failing = doubling(batch -> {
            batch.answer(batch.next());
            throw new OutOfMemoryError("simulated");
        });
        Request[] requests = {done, left};
        assertThatThrownBy(() -> cursor.apply(failing, new Object[] {1, 2}, requests, /* atOnce= */ false))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(cursor.takeAnswered()).isSameAs(done);
        assertThat(done.next).as("the one left").isNull();
        assertThat(requests).as("what is left to another replica").containsExactly(null, left);
    }

    @Test
    void apply_threadOfARequestSleeps_isHandedBackToBeWoken() throws InterruptedException {
        Request[] sleeping = new Request[1];
        ReplicaLock lock = new ReplicaLock(WaitStrategy.of(0, 0), new WaitCounters(), 1);
        assertThat(lock.tryWrite(Long.MAX_VALUE >> 2)).isTrue();
        Thread waiter = new Thread(() -> {
            sleeping[0] = new Request(1);
            try (Backoff backoff = lock.newBackoff()) {
                while (!sleeping[0].isDone()) {
                    sleeping[0].park(backoff, lock);
                }
            }
        });
        waiter.start();
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
        cursor.apply(doubling(batch -> {}), new Object[] {1}, sleeping.clone(), /* atOnce= */ false);
        cursor.completeAnswered();
        Request toWake = cursor.takeAnswered();
        assertThat(toWake).isSameAs(sleeping[0]);
        assertThat(waiter.isAlive()).isTrue();
        toWake.wakeIfParked();
        waiter.join(30_000);
        assertThat(waiter.isAlive()).isFalse();
    }
}
