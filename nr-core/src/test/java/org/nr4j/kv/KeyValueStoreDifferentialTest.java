package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.kv.internal.disk.ModelDisk;
import org.nr4j.kv.internal.value.HeapValue;
import org.nr4j.testing.Rounds;
import org.nr4j.testing.Seeded;
import org.nr4j.testing.Shrinking;

/**
 * Checks that random operations do what a {@link ConcurrentSkipListMap} with expiry does. Shrinks failing sequences.
 */
@ParameterizedClass(name = "replicas={0} tiny={1} logs={2} valuesOnDisk={3}")
@CsvSource({
    "1, true, 1, false",
    "2, true, 1, false",
    "1, false, 1, false",
    "1, true, 2, false",
    "2, true, 4, false",
    "1, true, 1, true",
    "2, false, 3, true"
})
class KeyValueStoreDifferentialTest {
    private static final int STEPS = 1_500;

    @Parameter(0)
    int replicas;

    @Parameter(1)
    boolean tiny;

    @Parameter(2)
    int logs;

    @Parameter(3)
    boolean valuesOnDisk;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    private enum Kind {
        PUT,
        SET_EXPIRING,
        PUT_IF_ABSENT,
        COMPARE_AND_SET,
        REMOVE,
        DELETE,
        REMOVE_IF,
        INCREMENT,
        SET_EXPIRY,
        BATCH,
        REMOVE_RANGE,
        GET,
        MULTI_GET,
        SCAN,
        ITERATE,
        NEIGHBOURS,
        COUNT,
        RANK,
        ADVANCE_CLOCK,
        RESTORE
    }

    private record Step(Kind kind, int key, int other, int number) {}

    private record Value(byte[] bytes, long expiry) {}

    @Rounds(4)
    void everyOperation() {
        Shrinking.run(
                seeded.random(),
                STEPS,
                random -> new Step(kind(random), random.nextInt(80), random.nextInt(80), random.nextInt(60)),
                this::run);
    }

    private static Kind kind(RandomGenerator random) {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        boolean rare = kind == Kind.REMOVE_RANGE || kind == Kind.RESTORE || kind == Kind.ADVANCE_CLOCK;
        return rare && random.nextInt(4) > 0 ? Kind.PUT : kind;
    }

    private void run(List<Step> steps) {
        ManualClock clock = new ManualClock();
        KeyValueStore.Builder builder = KeyValueStore.builder()
                .replicas(replicas)
                .logs(logs)
                .logCapacity(8)
                .fingerprints(true)
                .clock(clock)
                .expiryInterval(Duration.ofDays(1));
        if (tiny) {
            builder.shape(Keys.TINY);
        }
        if (valuesOnDisk) {
            builder.disk(new ModelDisk(new Random(1)))
                    .durable(Durability.in(Path.of("model"))
                            .syncPolicy(SyncPolicy.NEVER)
                            .segmentBytes(4_096)
                            .snapshotBytes(4_096)
                            .minFreeBytes(4_096)
                            .valuesOnDisk(128)
                            .valueCacheBytes(2_000));
        }
        try (KeyValueStore store = builder.build()) {
            Run run = new Run(store, clock, valuesOnDisk ? 16 : 1);
            steps.forEach(run::apply);
            run.assertSame();
            Keys.assertReplicasEqual(store);
        }
    }

    private static final class Run {
        private final KeyValueStore store;
        private final ManualClock clock;
        private final NavigableMap<byte[], Value> map = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);

        /** How many times as long as its number a value is. */
        private final int factor;

        Run(KeyValueStore store, ManualClock clock, int factor) {
            this.store = store;
            this.clock = clock;
            this.factor = factor;
        }

        /** Keys of 1 to 3 bytes, with common prefixes and unsigned bytes. */
        private static byte[] key(int number) {
            byte[] key = {(byte) (number * 37), (byte) (number % 5), (byte) 0x80};
            return Arrays.copyOf(key, 1 + number % 3);
        }

        private byte[] value(int number) {
            byte[] value = new byte[number % 20 * factor];
            Arrays.fill(value, (byte) number);
            return value;
        }

        private byte[] before(byte[] key) {
            Value value = map.get(key);
            return value == null ? null : value.bytes;
        }

        void apply(Step step) {
            byte[] key = key(step.key);
            byte[] other = key(step.other);
            byte[] value = value(step.number);
            switch (step.kind) {
                case PUT -> {
                    assertThat(store.put(key, value)).isEqualTo(before(key));
                    map.put(key, new Value(value, Expiry.NEVER));
                }
                case SET_EXPIRING -> {
                    store.set(key, value, Expiry.after(Duration.ofMillis(step.number + 1)));
                    map.put(key, new Value(value, clock.millis() + step.number + 1));
                }
                case PUT_IF_ABSENT -> {
                    assertThat(store.putIfAbsent(key, value)).isEqualTo(before(key));
                    map.putIfAbsent(key, new Value(value, Expiry.NEVER));
                }
                case COMPARE_AND_SET -> compareAndSet(key, other, value);
                case REMOVE -> {
                    assertThat(store.remove(key)).isEqualTo(before(key));
                    map.remove(key);
                }
                case DELETE -> assertThat(store.delete(key)).isEqualTo(map.remove(key) != null);
                case REMOVE_IF -> removeIf(key, value);
                case INCREMENT -> increment(key, step.number);
                case SET_EXPIRY -> setExpiry(key, step.number);
                case BATCH -> batch(key, other, value, step.number);
                case REMOVE_RANGE -> removeRange(key, other, step.number);
                case GET -> get(key);
                case MULTI_GET -> multiGet(key, other);
                case SCAN -> scan(key, other, step.number);
                case ITERATE -> iterate(key, other, step.number);
                case NEIGHBOURS -> neighbours(key);
                case COUNT -> count(key, other, step.number);
                case RANK -> rank(key, step.number);
                case ADVANCE_CLOCK -> {
                    clock.advance(step.number / 2);
                    map.values().removeIf(each -> each.expiry <= clock.millis());
                }
                case RESTORE -> restore();
            }
        }

        private void compareAndSet(byte[] key, byte[] other, byte[] value) {
            byte[] expected = before(other) == null ? value : before(other);
            boolean equal = Arrays.equals(before(key), expected);
            assertThat(store.compareAndSet(key, expected, value)).isEqualTo(equal);
            if (equal) {
                map.put(key, new Value(value, Expiry.NEVER));
            }
        }

        private void removeIf(byte[] key, byte[] value) {
            boolean equal = Arrays.equals(before(key), value);
            assertThat(store.remove(key, value)).isEqualTo(equal);
            if (equal) {
                map.remove(key);
            }
        }

        private void increment(byte[] key, int number) {
            byte[] before = before(key);
            if (before != null && before.length != 8) {
                assertThatThrownBy(() -> store.increment(key, number)).isInstanceOf(IllegalStateException.class);
                return;
            }
            long sum = number + (before == null ? 0 : KeyValueStore.decode(before));
            assertThat(store.increment(key, number)).isEqualTo(sum);
            long expiry = before == null ? Expiry.NEVER : map.get(key).expiry;
            map.put(key, new Value(KeyValueStore.encode(sum), expiry));
        }

        private void setExpiry(byte[] key, int number) {
            Expiry expiry =
                    number % 3 == 0 ? Expiry.never() : Expiry.at(Instant.ofEpochMilli(clock.millis() + number - 5));
            assertThat(store.setExpiry(key, expiry)).isEqualTo(map.containsKey(key));
            if (map.containsKey(key)) {
                map.put(key, new Value(before(key), number % 3 == 0 ? Expiry.NEVER : clock.millis() + number - 5));
                map.values().removeIf(each -> each.expiry <= clock.millis());
            }
        }

        private void batch(byte[] key, byte[] other, byte[] value, int number) {
            AtomicBatch batch = new AtomicBatch();
            boolean applies = true;
            if (number % 2 == 0) {
                batch.requireAbsent(key);
                applies = !map.containsKey(key);
            } else if (number % 3 == 0) {
                batch.requirePresent(key);
                applies = map.containsKey(key);
            } else if (before(key) != null) {
                batch.requireValue(key, before(key));
            }
            batch.put(key, value).remove(other);
            boolean throwing = value.length != 8 && !Arrays.equals(key, other) && number % 5 == 0;
            if (throwing) {
                batch.increment(key, 1);
            }
            if (throwing && applies) {
                assertThatThrownBy(() -> store.apply(batch)).isInstanceOf(IllegalStateException.class);
            } else {
                assertThat(store.apply(batch).applied()).isEqualTo(applies);
                if (applies) {
                    map.put(key, new Value(value, Expiry.NEVER));
                    map.remove(other);
                }
            }
        }

        private void removeRange(byte[] a, byte[] b, int kind) {
            if (refused(a, b, kind)) {
                return;
            }
            NavigableMap<byte[], Value> range = subMap(a, b, kind);
            assertThat(store.removeRange(range(a, b, kind))).isEqualTo(range.size());
            range.clear();
        }

        private void get(byte[] key) {
            assertThat(store.get(key)).isEqualTo(before(key));
            assertThat(store.contains(key)).isEqualTo(map.containsKey(key));
            Value value = map.get(key);
            assertThat(store.expiry(key).map(Instant::toEpochMilli).orElse(Expiry.NEVER))
                    .isEqualTo(value == null ? Expiry.NEVER : value.expiry);
        }

        private void multiGet(byte[] key, byte[] other) {
            assertThat(store.multiGet(List.of(key, other, key)))
                    .containsExactly(before(key), before(other), before(key));
        }

        private void scan(byte[] a, byte[] b, int kind) {
            if (!refused(a, b, kind)) {
                ScanOrder order = kind % 2 == 0 ? ScanOrder.ASCENDING : ScanOrder.DESCENDING;
                List<Entry> expected = entries(subMap(a, b, kind), order);
                assertThat(store.scan(range(a, b, kind), order, kind))
                        .isEqualTo(expected.subList(0, Math.min(kind, expected.size())));
                assertThat(store.scan(range(a, b, kind))).isEqualTo(entries(subMap(a, b, kind), ScanOrder.ASCENDING));
            }
        }

        private void iterate(byte[] a, byte[] b, int kind) {
            if (!refused(a, b, kind)) {
                ScanOrder order = kind % 2 == 0 ? ScanOrder.ASCENDING : ScanOrder.DESCENDING;
                List<Entry> expected = entries(subMap(a, b, kind), order);
                Iterator<Entry> iterator = store.iterator(range(a, b, kind), order);
                store.put(a, value(kind)); // not to be seen
                map.put(a, new Value(value(kind), Expiry.NEVER));
                List<Entry> seen = new ArrayList<>();
                iterator.forEachRemaining(seen::add);
                assertThat(seen).isEqualTo(expected);
            }
        }

        private void neighbours(byte[] key) {
            assertThat(store.first()).isEqualTo(entry(map.firstEntry()));
            assertThat(store.last()).isEqualTo(entry(map.lastEntry()));
            assertThat(store.floor(key)).isEqualTo(entry(map.floorEntry(key)));
            assertThat(store.ceiling(key)).isEqualTo(entry(map.ceilingEntry(key)));
            assertThat(store.lower(key)).isEqualTo(entry(map.lowerEntry(key)));
            assertThat(store.higher(key)).isEqualTo(entry(map.higherEntry(key)));
        }

        private void count(byte[] a, byte[] b, int kind) {
            if (!refused(a, b, kind)) {
                KeyRange range = range(a, b, kind);
                assertThat(store.count(range)).isEqualTo(subMap(a, b, kind).size());
                Fingerprint whole = store.fingerprint(KeyRange.all());
                Fingerprint part = store.fingerprint(range);
                assertThat(part.count()).isEqualTo(subMap(a, b, kind).size());
                assertThat(whole.minus(part).plus(part)).isEqualTo(whole);
            }
        }

        private void rank(byte[] key, int rank) {
            assertThat(store.rank(key)).isEqualTo(map.headMap(key).size());
            if (rank < map.size()) {
                assertThat(store.keyAt(rank))
                        .isEqualTo(map.keySet().stream().skip(rank).findFirst().orElseThrow());
            } else {
                assertThatThrownBy(() -> store.keyAt(rank))
                        .isInstanceOf(IndexOutOfBoundsException.class)
                        .hasMessageContaining("rank=" + rank + " size=" + map.size());
            }
        }

        private void restore() {
            try {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                store.writeSnapshot(out);
                Fingerprint before = store.fingerprint(KeyRange.all());
                store.put(key(1), value(1));
                store.delete(key(2));
                store.restore(new ByteArrayInputStream(out.toByteArray()));
                assertThat(store.fingerprint(KeyRange.all())).isEqualTo(before);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void assertSame() {
            assertThat(store.scan(KeyRange.all())).isEqualTo(entries(map, ScanOrder.ASCENDING));
            assertThat(store.size()).isEqualTo(map.size());
            assertThat(store.bytes())
                    .isEqualTo(map.entrySet().stream()
                            .mapToLong(each -> each.getKey().length + each.getValue().bytes.length)
                            .sum());
        }

        /** Whether the ends are such that no key is in the range, which must be refused. */
        private static boolean refused(byte[] a, byte[] b, int kind) {
            boolean empty = switch (kind % 5) {
                case 0 -> Arrays.compareUnsigned(a, b) >= 0;
                case 1 -> Arrays.compareUnsigned(a, b) > 0;
                case 2 -> Arrays.compareUnsigned(Arrays.copyOf(a, a.length + 1), b) >= 0;
                default -> false;
            };
            if (empty) {
                assertThatThrownBy(() -> range(a, b, kind)).isInstanceOf(IllegalArgumentException.class);
            }
            return empty;
        }

        private static KeyRange range(byte[] a, byte[] b, int kind) {
            return switch (kind % 5) {
                case 0 -> KeyRange.atLeast(a).below(b);
                case 1 -> KeyRange.atLeast(a).atMost(b);
                case 2 -> KeyRange.above(a).below(b);
                case 3 -> KeyRange.all().atMost(b);
                default -> KeyRange.above(a);
            };
        }

        private NavigableMap<byte[], Value> subMap(byte[] a, byte[] b, int kind) {
            return switch (kind % 5) {
                case 0 -> map.subMap(a, true, b, false);
                case 1 -> map.subMap(a, true, b, true);
                case 2 -> map.subMap(a, false, b, false);
                case 3 -> map.headMap(b, true);
                default -> map.tailMap(a, false);
            };
        }

        private static List<Entry> entries(NavigableMap<byte[], Value> map, ScanOrder order) {
            NavigableMap<byte[], Value> ordered = order == ScanOrder.ASCENDING ? map : map.descendingMap();
            return ordered.entrySet().stream().map(Run::entry).toList();
        }

        private static Entry entry(Map.Entry<byte[], Value> entry) {
            Value value = entry == null ? null : entry.getValue();
            return value == null ? null : Entry.of(entry.getKey(), new HeapValue(value.bytes), value.expiry);
        }
    }
}
