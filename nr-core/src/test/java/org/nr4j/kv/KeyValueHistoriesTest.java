package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nr4j.kv.Keys.bytes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.linearizability.History;
import org.nr4j.linearizability.HistoryRecorder;
import org.nr4j.linearizability.LinearizabilityChecker;
import org.nr4j.linearizability.LinearizabilityChecker.Verdict;
import org.nr4j.linearizability.Model;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Rounds;
import org.nr4j.testing.Seeded;

/** Checks that histories of the store's operations on one key, on several keys, and on ranges are linearizable. */
@Timeout(value = 100, threadMode = ThreadMode.SEPARATE_THREAD)
@ParameterizedClass(name = "replicas={0} logs={1}")
@CsvSource({"1, 1", "2, 1", "3, 1", "1, 2", "2, 2", "2, 4"})
class KeyValueHistoriesTest {
    private static final int THREADS = 5;
    private static final int ROUNDS = 3;

    @Parameter(0)
    int replicas;

    @Parameter(1)
    int logs;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    /** An operation on the store, and what it does to a map. */
    private record Op(
            String name,
            Integer key,
            boolean readOnly,
            Function<KeyValueStore, Object> onStore,
            Function<TreeMap<String, String>, Object> onMap) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Model<TreeMap<String, String>, Op, Object> model() {
        return Model.of(TreeMap::new, TreeMap::new, Op::readOnly, (map, op) -> op.onMap.apply(map));
    }

    // ---- operations ----

    private static String name(int key) {
        return "kk" + key; // three of them, and "number", are in four different parts of four
    }

    /** Numbers as numbers: no other value has 8 bytes. */
    private static String shown(byte[] value) {
        return value == null || value.length != 8 ? Keys.text(value) : Long.toString(KeyValueStore.decode(value));
    }

    private static String shown(List<Entry> entries) {
        List<String> texts = new ArrayList<>();
        entries.forEach(each -> texts.add(Keys.text(each.key()) + "=" + shown(each.value())));
        return texts.toString();
    }

    private static String shown(TreeMap<String, String> map) {
        return map.entrySet().toString();
    }

    private static Op onKey(RandomGenerator random, int key) {
        byte[] bytes = bytes(name(key));
        String value = "v" + random.nextInt(4);
        return switch (random.nextInt(8)) {
            case 0 ->
                new Op(
                        "put " + key + " " + value,
                        key,
                        false,
                        store -> shown(store.put(bytes, bytes(value))),
                        map -> map.put(name(key), value));
            case 1 ->
                new Op(
                        "putIfAbsent " + key + " " + value,
                        key,
                        false,
                        store -> shown(store.putIfAbsent(bytes, bytes(value))),
                        map -> map.putIfAbsent(name(key), value));
            case 2 ->
                new Op(
                        "compareAndSet " + key + " v1 v2",
                        key,
                        false,
                        store -> store.compareAndSet(bytes, bytes("v1"), bytes("v2")),
                        map -> map.replace(name(key), "v1", "v2"));
            case 3 ->
                new Op("remove " + key, key, false, store -> shown(store.remove(bytes)), map -> map.remove(name(key)));
            case 4 ->
                new Op(
                        "remove " + key + " v0",
                        key,
                        false,
                        store -> store.remove(bytes, bytes("v0")),
                        map -> map.remove(name(key), "v0"));
            case 5 ->
                new Op(
                        "set " + key + " " + value,
                        key,
                        false,
                        store -> {
                            store.set(bytes, bytes(value), Expiry.after(Duration.ofDays(1)));
                            return null;
                        },
                        map -> {
                            map.put(name(key), value);
                            return null;
                        });
            default -> new Op("get " + key, key, true, store -> shown(store.get(bytes)), map -> map.get(name(key)));
        };
    }

    private static Op onNumber(RandomGenerator random) {
        byte[] key = bytes("number");
        return random.nextInt(3) == 0
                ? new Op("get number", null, true, store -> shown(store.get(key)), map -> map.get("number"))
                : new Op(
                        "increment",
                        null,
                        false,
                        store -> Long.toString(store.increment(key, 3)),
                        map -> map.merge("number", "3", (a, b) -> Long.toString(Long.parseLong(a) + 3)));
    }

    private static Op onSeveral(RandomGenerator random) {
        byte[] k0 = bytes(name(0));
        byte[] k1 = bytes(name(1));
        byte[] k2 = bytes(name(2));
        String value = "v" + random.nextInt(4);
        return switch (random.nextInt(14)) {
            case 11 ->
                new Op(
                        "transact: move the first to k2",
                        null,
                        false,
                        store -> store.transact(tx -> {
                            Entry first = tx.first();
                            if (first == null) {
                                return null;
                            }
                            tx.delete(first.key());
                            return shown(tx.put(k2, first.value())) + tx.rank(k2);
                        }),
                        map -> {
                            if (map.isEmpty()) {
                                return null;
                            }
                            String first = map.pollFirstEntry().getValue();
                            String before = map.put("kk2", first);
                            return before + map.headMap("kk2").size();
                        });
            case 12 ->
                new Op(
                        "transact: swap k0 k1, throw if k1 is absent",
                        null,
                        false,
                        store -> swapped(store, k0, k1),
                        map -> {
                            if (!map.containsKey("kk1")) {
                                return "thrown";
                            }
                            String before = map.remove("kk0");
                            if (before != null) {
                                map.put("kk0", map.put("kk1", before));
                            } else {
                                map.put("kk0", map.remove("kk1"));
                            }
                            return before;
                        });
            case 13 ->
                new Op(
                        "read k0 and k2",
                        null,
                        true,
                        store -> store.read(List.of(k0, k2), tx -> shown(tx.get(k0)) + shown(tx.get(k2))),
                        map -> map.get("kk0") + map.get("kk2"));
            case 8 ->
                new Op("rank k2", null, true, store -> store.rank(k2), map ->
                        (long) map.headMap("kk2").size());
            case 9 ->
                new Op(
                        "keyAt 1",
                        null,
                        true,
                        store -> keyAtOne(store),
                        map -> map.size() < 2 ? null : List.copyOf(map.keySet()).get(1));
            case 10 ->
                new Op(
                        "snapshot",
                        null,
                        true,
                        store -> {
                            List<Entry> entries = new ArrayList<>();
                            store.snapshot()
                                    .iterator(KeyRange.all(), ScanOrder.ASCENDING)
                                    .forEachRemaining(entries::add);
                            return shown(entries);
                        },
                        map -> shown(map));
            case 0 ->
                new Op(
                        "multiGet",
                        null,
                        true,
                        store -> {
                            List<String> values = new ArrayList<>();
                            store.multiGet(List.of(k0, k1, k2)).forEach(each -> values.add(shown(each)));
                            return values.toString();
                        },
                        map -> Arrays.asList(map.get("kk0"), map.get("kk1"), map.get("kk2"))
                                .toString());
            case 1 ->
                new Op(
                        "batch if k0 absent: put k0 k2 " + value + ", increment, remove k1",
                        null,
                        false,
                        store -> store.apply(new AtomicBatch()
                                        .requireAbsent(k0)
                                        .put(k0, bytes(value))
                                        .put(k2, bytes(value))
                                        .increment(bytes("number"), 3)
                                        .remove(k1))
                                .applied(),
                        map -> {
                            if (map.containsKey("kk0")) {
                                return false;
                            }
                            map.put("kk0", value);
                            map.put("kk2", value);
                            map.merge("number", "3", (a, b) -> Long.toString(Long.parseLong(a) + 3));
                            map.remove("kk1");
                            return true;
                        });
            case 2 ->
                new Op(
                        "removeRange k0..k1",
                        null,
                        false,
                        store -> store.removeRange(KeyRange.atLeast(k0).atMost(k1)),
                        map -> {
                            var range = map.subMap("kk0", true, "kk1", true);
                            long size = range.size();
                            range.clear();
                            return size;
                        });
            case 3 -> new Op("scan", null, true, store -> shown(store.scan(KeyRange.all())), map -> shown(map));
            case 4 ->
                new Op(
                        "iterate",
                        null,
                        true,
                        store -> {
                            Iterator<Entry> iterator = store.iterator(KeyRange.all(), ScanOrder.ASCENDING);
                            List<Entry> entries = new ArrayList<>();
                            Thread.yield();
                            iterator.forEachRemaining(entries::add);
                            return shown(entries);
                        },
                        map -> shown(map));
            case 5 ->
                new Op("count k", null, true, store -> store.count(KeyRange.prefix(bytes("k"))), map ->
                        (long) map.subMap("k", "l").size());
            case 6 ->
                new Op(
                        "last",
                        null,
                        true,
                        store -> {
                            Entry last = store.last();
                            return last == null ? null : Keys.text(last.key());
                        },
                        map -> map.isEmpty() ? null : map.lastKey());
            default -> onKey(random, random.nextInt(3));
        };
    }

    private static Object swapped(KeyValueStore store, byte[] k0, byte[] k1) {
        try {
            return store.transact(List.of(k0, k1), tx -> {
                byte[] before = tx.remove(k0); // undone if the next line throws
                byte[] other = Objects.requireNonNull(tx.remove(k1));
                tx.set(k0, other);
                if (before != null) {
                    tx.set(k1, before);
                }
                return shown(before);
            });
        } catch (NullPointerException e) {
            return "thrown";
        }
    }

    private static String keyAtOne(KeyValueStore store) {
        try {
            return Keys.text(store.keyAt(1));
        } catch (IndexOutOfBoundsException e) {
            return null;
        }
    }

    // ---- histories ----

    @Rounds(ROUNDS)
    void ofManyKeys() throws InterruptedException {
        History<Op, Object> history = record(400, random -> onKey(random, random.nextInt(12)));
        LinearizabilityChecker.of(model()).partitionedBy(Op::key).assertLinearizable(history);
    }

    @Rounds(ROUNDS)
    void ofBatchesAndRanges() throws InterruptedException {
        History<Op, Object> history =
                record(60, random -> random.nextInt(5) == 0 ? onNumber(random) : onSeveral(random));
        LinearizabilityChecker.of(model()).assertLinearizable(history);
    }

    /** A scan made of reads of single keys is not at one instant: the test can fail. */
    @Rounds(1)
    void ofAScanInSteps_isNotLinearizable() throws InterruptedException {
        History<Op, Object> history = record(150, random -> switch (random.nextInt(3)) {
            case 0 ->
                new Op(
                        "swap",
                        null,
                        false,
                        store -> store.apply(new AtomicBatch()
                                        .increment(bytes("a"), 1)
                                        .increment(bytes("b"), 1))
                                .applied(),
                        map -> {
                            map.merge("a", "1", (x, y) -> Long.toString(Long.parseLong(x) + 1));
                            map.merge("b", "1", (x, y) -> Long.toString(Long.parseLong(x) + 1));
                            return true;
                        });
            default ->
                new Op(
                        "steps",
                        null,
                        true,
                        store -> {
                            String a = shown(store.get(bytes("a")));
                            Thread.yield();
                            return a + shown(store.get(bytes("b")));
                        },
                        map -> map.get("a") + map.get("b"));
        });
        assertThat(LinearizabilityChecker.check(model(), history).verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    private History<Op, Object> record(int operations, Function<RandomGenerator, Op> next) throws InterruptedException {
        HistoryRecorder<Op, Object> recorder = new HistoryRecorder<>();
        try (KeyValueStore store = KeyValueStore.builder()
                .replicas(replicas)
                .logs(logs)
                .logCapacity(4)
                .shape(Keys.TINY)
                .fingerprints(true)
                .build()) {
            new ConcurrentRun()
                    .threads(THREADS, thread -> {
                        RandomGenerator random = seeded.random(thread);
                        for (int n = 0; n < operations; n++) {
                            recorder.record(next.apply(random), op -> op.onStore.apply(store));
                        }
                    })
                    .deadline(Duration.ofSeconds(60))
                    .run();
            Keys.assertReplicasEqual(store);
        }
        return recorder.history();
    }
}
