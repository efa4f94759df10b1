package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.kv.Keys.bytes;
import static org.nr4j.kv.Keys.text;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.kv.transaction.Codec;
import org.nr4j.kv.transaction.Procedure;

/** Checks procedures that have a name, and what their codecs do to arguments and answers. */
@ParameterizedClass(name = "logs={0}")
@ValueSource(ints = {1, 4})
class RegisteredProceduresTest {
    private record Transfer(String from, String to, long amount) {}

    private static final Codec<Transfer> TRANSFER =
            Codec.of(each -> bytes(each.from + " " + each.to + " " + each.amount), bytes -> {
                String[] parts = text(bytes).split(" ");
                return new Transfer(parts[0], parts[1], Long.parseLong(parts[2]));
            });

    private static final Procedure<Transfer, Boolean> MOVE = Procedure.writing(
                    "move", TRANSFER, Codec.truth(), (tx, transfer) -> {
                        long balance = KeyValueStore.decode(tx.get(bytes(transfer.from)));
                        if (balance < transfer.amount) {
                            return false;
                        }
                        long other = KeyValueStore.decode(tx.get(bytes(transfer.to)));
                        tx.set(bytes(transfer.from), KeyValueStore.encode(balance - transfer.amount));
                        tx.set(bytes(transfer.to), KeyValueStore.encode(other + transfer.amount));
                        return true;
                    })
            .keys(transfer -> List.of(bytes(transfer.from), bytes(transfer.to)));

    private static final Procedure<String, Long> SUM = Procedure.readOnly(
            "sum",
            Codec.text(),
            Codec.number(),
            (tx, prefix) -> tx.scan(KeyRange.prefix(bytes(prefix))).stream()
                    .mapToLong(entry -> KeyValueStore.decode(entry.value()))
                    .sum());

    /** Changes its argument, which no other replica may see. */
    private static final Procedure<byte[], byte[]> SCRIBBLE =
            Procedure.writing("scribble", Codec.bytes(), Codec.bytes(), (tx, argument) -> {
                tx.set(bytes("scribbled"), argument);
                argument[0]++;
                return argument;
            });

    private static final Procedure<Void, String> NULLS =
            Procedure.writing("nulls", Codec.of(each -> new byte[0], each -> null), Codec.text(), (tx, argument) -> {
                assertThat(argument).isNull();
                return text(tx.put(bytes("null"), bytes("set")));
            });

    private static final Procedure<String, String> BAD_ANSWER = Procedure.writing(
            "bad answer",
            Codec.text(),
            Codec.of(
                    each -> {
                        throw new UnsupportedOperationException(each);
                    },
                    bytes -> text(bytes)),
            (tx, argument) -> {
                tx.set(bytes("bad"), bytes("bad"));
                return argument;
            });

    private static final Procedure<String, String> NULL_BYTES = Procedure.writing(
            "null bytes", Codec.of(each -> null, bytes -> text(bytes)), Codec.text(), (tx, argument) -> {
                throw new AssertionError("never runs");
            });

    @Parameter
    int logs;

    private KeyValueStore store;

    @BeforeEach
    void build() {
        store = KeyValueStore.builder()
                .replicas(2)
                .logs(logs)
                .fingerprints(true)
                .procedure(MOVE)
                .procedure(SUM)
                .procedure(SCRIBBLE)
                .procedure(NULLS)
                .procedure(BAD_ANSWER)
                .procedure(NULL_BYTES)
                .build();
        store.set(bytes("account/a"), KeyValueStore.encode(100));
        store.set(bytes("account/b"), KeyValueStore.encode(0));
    }

    @AfterEach
    void replicasAreEqual() {
        Keys.assertReplicasEqual(store);
        store.close();
    }

    @Test
    void argumentAndAnswer_passThroughTheirCodecs() {
        assertThat(store.transact(MOVE, new Transfer("account/a", "account/b", 70)))
                .isTrue();
        assertThat(store.transact(MOVE, new Transfer("account/a", "account/b", 70)))
                .isFalse();
        assertThat(KeyValueStore.decode(store.get(bytes("account/b")))).isEqualTo(70);
        assertThat(store.transact(SUM, "account/")).isEqualTo(100);
    }

    @Test
    void eachReplica_hasAnArgumentOfItsOwn() {
        byte[] argument = {5};
        assertThat(store.transact(SCRIBBLE, argument)).containsExactly(6);
        assertThat(argument).containsExactly(5);
        Keys.assertReplicasEqual(store);
    }

    @Test
    void nulls_passWithoutCodecs() {
        assertThat(store.transact(NULLS, null)).isNull();
        assertThat(store.transact(NULLS, null)).isEqualTo("set");
    }

    @Test
    void codecThatThrows_changesNothing() {
        assertThatThrownBy(() -> store.transact(BAD_ANSWER, "x"))
                .isExactlyInstanceOf(UnsupportedOperationException.class)
                .hasMessage("x");
        assertThat(store.contains(bytes("bad"))).isFalse();
        assertThatThrownBy(() -> store.transact(NULL_BYTES, "x"))
                .isExactlyInstanceOf(NullPointerException.class)
                .hasMessageContaining("a codec must not return null: procedure=null bytes; ");
    }

    @Test
    void keysOfAProcedure_areTheOnlyOnes() {
        Procedure<String, byte[]> other = Procedure.readOnly(
                        "other", Codec.text(), Codec.bytes(), (tx, key) -> tx.get(bytes("account/a")))
                .keys(key -> List.of(bytes(key)));
        try (KeyValueStore ofOther =
                KeyValueStore.builder().logs(logs).procedure(other).build()) {
            assertThat(ofOther.transact(other, "account/a")).isNull();
            assertThatThrownBy(() -> ofOther.transact(other, "account/b"))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must use only those: key=0x6163636f756e742f61 named=1; ");
        }
    }

    @Test
    void function_canRunWithoutAStore() {
        var map = ModelTransaction.emptyMap();
        assertThat(NULLS.run(new ModelTransaction(map, 0), null)).isNull();
        assertThat(map).hasSize(1);
        assertThat(MOVE.toString()).isEqualTo("Procedure[move]");
        assertThat(SUM.toString()).isEqualTo("Procedure[sum, read-only]");
    }

    @Test
    void codecs_giveBackWhatTheyEncoded() {
        for (long number : new long[] {0, -1, Long.MIN_VALUE, 1L << 40}) {
            assertThat(Codec.number().decode(Codec.number().encode(number))).isEqualTo(number);
            assertThat(Codec.number().encode(number)).isEqualTo(KeyValueStore.encode(number));
        }
        assertThat(Codec.text().decode(Codec.text().encode("Grüße €"))).isEqualTo("Grüße €");
        assertThat(Codec.truth().decode(Codec.truth().encode(true))).isTrue();
        assertThat(Codec.truth().decode(Codec.truth().encode(false))).isFalse();
    }

    // ---- bad input ----

    @Test
    void procedures_areRegisteredOnceUnderAName() {
        KeyValueStore.Builder builder = KeyValueStore.builder().procedure(MOVE);
        Procedure<String, Long> sameName = Procedure.readOnly("move", Codec.text(), Codec.number(), (tx, key) -> 1L);
        for (Procedure<?, ?> again : List.of(MOVE, sameName)) {
            assertThatThrownBy(() -> builder.procedure(again))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a name of its own: name=move; ");
        }
        try (KeyValueStore one = builder.build()) {
            assertThatThrownBy(() -> one.transact(SUM, ""))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("procedure=sum registered=[move]; ");
            assertThatThrownBy(() -> one.transact(sameName, ""))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("procedure=move");
        }
    }

    @Test
    void badProcedures() {
        AtomicInteger runs = new AtomicInteger();
        Procedure<String, String> nullKeys = Procedure.<String, String>writing(
                        "null keys", Codec.text(), Codec.text(), (tx, argument) -> "ran " + runs.incrementAndGet())
                .keys(argument -> null);
        try (KeyValueStore one =
                KeyValueStore.builder().logs(logs).procedure(nullKeys).build()) {
            assertRefused(() -> one.transact(nullKeys, ""), "keys=null procedure=null keys");
            assertRefused(() -> one.transact((Procedure<String, String>) null, ""), "procedure=null");
        }
        assertThat(runs).hasValue(0);
        assertRefused(() -> KeyValueStore.builder().procedure(null), "procedure=null");
        assertRefused(() -> Procedure.writing(null, Codec.text(), Codec.text(), (tx, a) -> ""), "name=null");
        assertRefused(() -> Procedure.writing("n", null, Codec.text(), (tx, a) -> ""), "argument=null");
        assertRefused(() -> Procedure.writing("n", Codec.text(), null, (tx, a) -> ""), "answer=null");
        assertRefused(() -> Procedure.writing("n", Codec.text(), Codec.text(), null), "body=null");
        assertRefused(() -> MOVE.keys(null), "keys=null");
        assertRefused(() -> Codec.of(null, bytes -> ""), "encode=null");
        assertRefused(() -> Codec.of(each -> new byte[0], null), "decode=null");
        for (String name : List.of("", "x".repeat(256))) {
            assertThatThrownBy(() -> Procedure.writing(name, Codec.text(), Codec.text(), (tx, a) -> ""))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("length=" + name.length() + "; ");
        }
    }

    private static void assertRefused(ThrowingCallable call, String part) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(NullPointerException.class)
                .message()
                .contains(part, "; ");
    }
}
