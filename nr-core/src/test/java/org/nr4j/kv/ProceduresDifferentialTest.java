package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.kv.ModelTransaction.Value;
import org.nr4j.kv.transaction.ReadTransaction;
import org.nr4j.kv.transaction.Transaction;
import org.nr4j.testing.Seeded;
import org.nr4j.testing.Shrinking;

/**
 * Checks that random procedures answer and change what they answer and change over a {@link TreeMap}, that one that
 * throws changes nothing, and that listeners receive just the changes. Shrinks failing sequences.
 */
@ParameterizedClass(name = "replicas={0} logs={1}")
@CsvSource({"1, 1", "2, 1", "1, 4", "2, 4"})
class ProceduresDifferentialTest {
    private static final int CALLS = 250;

    @Parameter(0)
    int replicas;

    @Parameter(1)
    int logs;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    private enum Kind {
        PUT,
        SET_EXPIRING,
        REMOVE,
        DELETE,
        SET_EXPIRY,
        GET,
        // ---- those that need all keys ----
        REMOVE_RANGE,
        SCAN,
        NEAREST,
        COUNT,
        RANK,
        KEY_AT;

        boolean isRead() {
            return this == GET || (ordinal() > REMOVE_RANGE.ordinal());
        }

        boolean isOfOneKey() {
            return ordinal() < REMOVE_RANGE.ordinal();
        }
    }

    private record Step(Kind kind, int key, int other, int number) {}

    private record Call(List<Step> steps, boolean readOnly, boolean namesKeys, boolean throwsAtEnd, int advance) {}

    private static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @RepeatedTest(3)
    void procedures() {
        Shrinking.run(seeded.random(), CALLS, ProceduresDifferentialTest::call, this::run);
    }

    private static Call call(RandomGenerator random) {
        boolean readOnly = random.nextInt(4) == 0;
        boolean namesKeys = random.nextInt(4) == 0;
        List<Step> steps = IntStream.range(0, random.nextInt(12))
                .mapToObj(i -> step(random))
                .filter(step -> !readOnly || step.kind.isRead())
                .filter(step -> !namesKeys || step.kind.isOfOneKey())
                .toList();
        return new Call(steps, readOnly, namesKeys, random.nextInt(4) == 0, random.nextInt(8));
    }

    private static Step step(RandomGenerator random) {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        boolean rare = kind == Kind.REMOVE_RANGE && random.nextInt(3) > 0;
        return new Step(rare ? Kind.PUT : kind, random.nextInt(60), random.nextInt(60), random.nextInt(60));
    }

    private void run(List<Call> calls) {
        ManualClock clock = new ManualClock();
        TreeMap<byte[], Value> map = ModelTransaction.emptyMap();
        TreeMap<byte[], Value> heard = ModelTransaction.emptyMap();
        try (KeyValueStore store = builder(clock).build();
                ChangeSubscription subscription = store.listen(KeyRange.all(), change -> hear(change, heard))) {
            for (Call call : calls) {
                clock.advance(call.advance);
                run(call, store, map, clock);
            }
            store.count(KeyRange.all()); // removes due entries
            map.values().removeIf(each -> each.expiry() <= clock.millis());
            assertSame(store, map, clock);
            subscription.finish();
            assertThat(subscription.ended()).succeedsWithin(Duration.ofSeconds(30));
            assertThat(shown(heard)).isEqualTo(shown(map));
        }
    }

    private KeyValueStore.Builder builder(ManualClock clock) {
        return KeyValueStore.builder()
                .replicas(replicas)
                .logs(logs)
                .logCapacity(4)
                .shape(Keys.TINY)
                .fingerprints(true)
                .clock(clock)
                .expiryInterval(Duration.ofDays(1));
    }

    private static void hear(Change change, TreeMap<byte[], Value> heard) {
        Entry after = change.after();
        if (after == null) {
            heard.remove(change.key());
        } else {
            heard.put(change.key(), value(after));
        }
    }

    private static Value value(Entry entry) {
        return new Value(
                entry.value(), entry.expiry().map(Instant::toEpochMilli).orElse(Expiry.NEVER));
    }

    private static void run(Call call, KeyValueStore store, TreeMap<byte[], Value> map, ManualClock clock) {
        TreeMap<byte[], Value> changed = new TreeMap<>(map);
        List<Object> expected = run(call, new ModelTransaction(changed, clock.millis()));
        if (call.throwsAtEnd) {
            assertThatThrownBy(() -> submit(call, store)).isExactlyInstanceOf(Thrown.class);
        } else {
            assertThat(submit(call, store)).isEqualTo(expected);
            map.clear();
            map.putAll(changed);
        }
    }

    private static List<Object> submit(Call call, KeyValueStore store) {
        List<byte[]> keys = new ArrayList<>();
        call.steps.forEach(step -> keys.add(key(step.key)));
        if (call.readOnly) {
            return call.namesKeys
                    ? store.read(keys, tx -> runOrThrow(call, (Transaction) tx))
                    : store.read(tx -> runOrThrow(call, (Transaction) tx));
        }
        return call.namesKeys
                ? store.transact(keys, tx -> runOrThrow(call, tx))
                : store.transact(tx -> runOrThrow(call, tx));
    }

    private static List<Object> runOrThrow(Call call, Transaction tx) {
        List<Object> answers = run(call, tx);
        if (call.throwsAtEnd) {
            throw new Thrown();
        }
        return answers;
    }

    private static List<Object> run(Call call, Transaction tx) {
        List<Object> answers = new ArrayList<>();
        call.steps.forEach(step -> answers.add(run(step, tx)));
        answers.add(tx.now());
        return answers;
    }

    private static Object run(Step step, Transaction tx) {
        byte[] key = key(step.key);
        byte[] value = value(step.number);
        return switch (step.kind) {
            case PUT -> Keys.text(tx.put(key, value));
            case SET_EXPIRING -> {
                tx.set(key, value, Expiry.after(Duration.ofMillis(step.number + 1)));
                yield null;
            }
            case REMOVE -> Keys.text(tx.remove(key));
            case DELETE -> tx.delete(key);
            case SET_EXPIRY -> tx.setExpiry(key, expiry(step, tx));
            case GET -> Keys.text(tx.get(key)) + tx.contains(key) + tx.expiry(key);
            case REMOVE_RANGE -> tx.removeRange(range(step));
            case SCAN -> tx.scan(range(step), order(step), step.number).toString() + tx.scan(range(step));
            case NEAREST ->
                Arrays.asList(tx.first(), tx.last(), tx.first(range(step)), tx.last(range(step)))
                        .toString();
            case COUNT -> tx.count(range(step));
            case RANK -> tx.rank(key);
            case KEY_AT -> keyAt(tx, step.number);
        };
    }

    private static Object keyAt(ReadTransaction tx, int rank) {
        try {
            return Keys.text(tx.keyAt(rank));
        } catch (IndexOutOfBoundsException e) {
            return "none";
        }
    }

    /** Never, soon, or passed. */
    private static Expiry expiry(Step step, Transaction tx) {
        return step.number % 3 == 0 ? Expiry.never() : Expiry.at(tx.now().plusMillis(step.number - 5));
    }

    private static ScanOrder order(Step step) {
        return step.number % 2 == 0 ? ScanOrder.ASCENDING : ScanOrder.DESCENDING;
    }

    private static KeyRange range(Step step) {
        byte[] a = key(Math.min(step.key, step.other));
        byte[] b = key(Math.max(step.key, step.other));
        return switch (step.number % 4) {
            case 0 -> KeyRange.atLeast(a).atMost(b);
            case 1 -> KeyRange.all().below(b);
            case 2 -> KeyRange.above(a);
            default -> KeyRange.all();
        };
    }

    /** In the order of the numbers. */
    private static byte[] key(int number) {
        return Keys.bytes("key" + (10 + number));
    }

    /** Some are too long for a page. */
    private static byte[] value(int number) {
        return Keys.bytes("v".repeat(number % 15) + number);
    }

    private static List<String> shown(TreeMap<byte[], Value> map) {
        List<String> entries = new ArrayList<>();
        map.forEach(
                (key, value) -> entries.add(Keys.text(key) + "=" + Keys.text(value.bytes()) + "@" + value.expiry()));
        return entries;
    }

    /** Compares with a store that got the same entries one by one: totals and fingerprints too. */
    private void assertSame(KeyValueStore store, TreeMap<byte[], Value> map, ManualClock clock) {
        Keys.assertReplicasEqual(store);
        try (KeyValueStore plain = builder(clock).build()) {
            map.forEach((key, value) -> plain.set(
                    key,
                    value.bytes(),
                    value.expiry() == Expiry.NEVER ? Expiry.never() : Expiry.at(Instant.ofEpochMilli(value.expiry()))));
            assertThat(store.scan(KeyRange.all())).isEqualTo(plain.scan(KeyRange.all()));
            assertThat(store.fingerprint(KeyRange.all())).isEqualTo(plain.fingerprint(KeyRange.all()));
            assertThat(store.size()).isEqualTo(plain.size());
            assertThat(store.bytes()).isEqualTo(plain.bytes());
        }
    }
}
