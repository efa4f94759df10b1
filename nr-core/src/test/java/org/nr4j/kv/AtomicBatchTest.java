package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.kv.Keys.bytes;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that each operation of a batch answers as the store's method of that name does. */
@ParameterizedClass(name = "logs={0}")
@ValueSource(ints = {1, 4})
class AtomicBatchTest {
    private static final byte[] A = bytes("a");
    private static final byte[] B = bytes("b");
    private static final byte[] C = bytes("c");

    @Parameter
    int logs;

    private KeyValueStore store;

    @BeforeEach
    void build() {
        store = KeyValueStore.builder()
                .replicas(2)
                .logs(logs)
                .fingerprints(true)
                .build();
    }

    @AfterEach
    void replicasAreEqual() {
        Keys.assertReplicasEqual(store);
        store.close();
    }

    @Test
    void eachOperation_hasItsAnswer() {
        store.set(A, A);
        AtomicBatch.Answers answers = store.apply(new AtomicBatch()
                .requirePresent(A)
                .put(A, B) // 0
                .get(A)
                .set(B, B)
                .putIfAbsent(B, C)
                .putIfAbsent(C, C)
                .compareAndSet(A, A, C) // 5
                .compareAndSet(A, B, C)
                .remove(B)
                .delete(B)
                .remove(C, A)
                .remove(C, C) // 10
                .increment(bytes("number"), 5)
                .setExpiry(A, Expiry.after(Duration.ofDays(1)))
                .get(C)
                .removeRange(KeyRange.all()));
        assertThat(answers.applied()).isTrue();
        assertThat(answers.value(0)).isEqualTo(A);
        assertThat(answers.value(1)).isEqualTo(B);
        assertThat(answers.value(2)).isNull();
        assertThat(answers.value(3)).isEqualTo(B);
        assertThat(answers.value(4)).isNull();
        assertThat(answers.isDone(5)).isFalse();
        assertThat(answers.isDone(6)).isTrue();
        assertThat(answers.value(7)).isEqualTo(B);
        assertThat(answers.isDone(8)).isFalse();
        assertThat(answers.isDone(9)).isFalse();
        assertThat(answers.isDone(10)).isTrue();
        assertThat(answers.number(11)).isEqualTo(5);
        assertThat(answers.isDone(12)).isTrue();
        assertThat(answers.value(13)).isNull();
        assertThat(answers.number(14)).isEqualTo(2);
        assertThat(answers).hasToString("Answers[operations=15]");
        assertThat(store.size()).isZero();
    }

    @Test
    void batchWhoseConditionFails_hasNoAnswers() {
        AtomicBatch.Answers answers =
                store.apply(new AtomicBatch().requirePresent(A).set(B, B));
        assertThat(answers.applied()).isFalse();
        assertThat(answers).hasToString("Answers[not applied]");
        assertThat(store.size()).isZero();
        assertThatThrownBy(() -> answers.value(0))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("operation=0 applied=false; ");
    }

    @Test
    void answersOfAnotherKind() {
        AtomicBatch.Answers answers =
                store.apply(new AtomicBatch().put(A, A).delete(A).increment(A, 1));
        assertThatThrownBy(() -> answers.number(0)).hasMessageContaining("operation=0; call value(0)");
        assertThatThrownBy(() -> answers.value(1)).hasMessageContaining("operation=1; call isDone(1)");
        assertThatThrownBy(() -> answers.isDone(2))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("operation=2; call number(2)");
        for (int operation : new int[] {-1, 3}) {
            assertThatThrownBy(() -> answers.value(operation))
                    .isExactlyInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("operation=" + operation + " operations=3; ");
        }
    }

    @Test
    void batchThatThrows_changesNothing() {
        store.set(A, A);
        Fingerprint before = store.fingerprint(KeyRange.all());
        AtomicBatch batch = new AtomicBatch()
                .set(B, B)
                .setExpiry(A, Expiry.after(Duration.ofDays(1)))
                .removeRange(KeyRange.all())
                .set(A, B)
                .increment(A, 1);
        assertThatThrownBy(() -> store.apply(batch)).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(store.fingerprint(KeyRange.all())).isEqualTo(before);
    }
}
