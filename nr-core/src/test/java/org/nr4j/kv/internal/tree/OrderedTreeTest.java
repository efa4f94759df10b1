package org.nr4j.kv.internal.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.testing.Rounds;
import org.nr4j.testing.Seeded;
import org.nr4j.testing.Shrinking;

/**
 * Checks that the tree does what a {@link TreeMap} does, step for step, and is well formed after each step. Tiny nodes
 * split and merge all the time.
 */
@ParameterizedClass(name = "{0} {1}")
@MethodSource("settings")
public class OrderedTreeTest {
    private static final int STEPS = 1_500;

    @Parameter(0)
    Keys keys;

    @Parameter(1)
    Shape shape;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    static Stream<org.junit.jupiter.params.provider.Arguments> settings() {
        List<Shape> shapes = List.of(
                new Shape(4, 4, 1 << 14, 40, true),
                new Shape(8, 5, 200, 20, true),
                new Shape(16, 8, 1 << 14, 1 << 11, false));
        return Arrays.stream(Keys.values())
                .flatMap(keys ->
                        shapes.stream().map(shape -> org.junit.jupiter.params.provider.Arguments.of(keys, shape)));
    }

    /** What keys look like: it decides what heads and separators do. */
    enum Keys {
        FEW {
            @Override
            byte[] draw(RandomGenerator random) {
                return new byte[] {(byte) random.nextInt(40)};
            }
        },
        LONG_COMMON_PREFIXES {
            @Override
            byte[] draw(RandomGenerator random) {
                byte[] key = new byte[random.nextInt(10, 14)];
                Arrays.fill(key, (byte) 0xFF);
                for (int i = 8; i < key.length; i++) {
                    key[i] = (byte) random.nextInt(3);
                }
                return key;
            }
        },
        ZEROS_OF_ANY_LENGTH {
            @Override
            byte[] draw(RandomGenerator random) {
                byte[] key = new byte[random.nextInt(30)];
                if (key.length > 0 && random.nextBoolean()) {
                    key[random.nextInt(key.length)] = 1;
                }
                return key;
            }
        },
        RANDOM {
            @Override
            byte[] draw(RandomGenerator random) {
                byte[] key = new byte[16];
                random.nextBytes(key);
                return Arrays.copyOf(key, random.nextInt(17));
            }
        };

        abstract byte[] draw(RandomGenerator random);
    }

    private enum Kind {
        PUT,
        PUT_EXPIRING,
        SET_EXPIRY,
        REMOVE,
        REMOVE_RANGE,
        REMOVE_DUE,
        SNAPSHOT,
        LOOK
    }

    private record Step(Kind kind, byte[] key, byte[] other, int number) {
        @Override
        public String toString() {
            HexFormat hex = HexFormat.of();
            return kind + " key=" + hex.formatHex(key) + " other=" + hex.formatHex(other) + " number=" + number;
        }
    }

    private record Value(byte[] bytes, long expiry) {}

    @Rounds(2)
    void growing() {
        Shrinking.run(seeded.random(), STEPS, random -> step(random, /* removals= */ 1), this::run);
    }

    @Rounds(2)
    void growingAndShrinking() {
        Shrinking.run(seeded.random(), STEPS, random -> step(random, /* removals= */ 6), this::run);
    }

    private Step step(RandomGenerator random, int removals) {
        int dice = random.nextInt(20 + removals);
        Kind kind = dice < 10
                ? Kind.PUT
                : dice < 13
                        ? Kind.PUT_EXPIRING
                        : dice < 15
                                ? Kind.SET_EXPIRY
                                : dice < 17
                                        ? Kind.LOOK
                                        : dice < 18 ? Kind.SNAPSHOT : dice < 20 ? Kind.REMOVE_DUE : null;
        if (kind == null) {
            kind = random.nextInt(8) == 0 ? Kind.REMOVE_RANGE : Kind.REMOVE;
        }
        return new Step(kind, keys.draw(random), keys.draw(random), random.nextInt(60));
    }

    /** The tree, the map it must be equal to, and the snapshots taken on the way. */
    private final class Run {
        final OrderedTree tree = new OrderedTree(shape);
        final TreeMap<byte[], Value> map = new TreeMap<>(Arrays::compareUnsigned);
        final List<TreeView> snapshots = new ArrayList<>();
        final List<TreeMap<byte[], Value>> snapshotMaps = new ArrayList<>();

        void apply(Step step) {
            switch (step.kind) {
                case PUT -> put(step.key, new byte[step.number], Totals.NEVER);
                case PUT_EXPIRING -> put(step.key, new byte[step.number], step.number);
                case SET_EXPIRY -> setExpiry(step.key, step.number);
                case REMOVE -> remove(step.key);
                case REMOVE_RANGE -> removeRange(step.key, step.other);
                case REMOVE_DUE -> removeDue(step.number / 8, step.number % 7 + 1);
                case SNAPSHOT -> snapshot();
                case LOOK -> look(step.key, step.other);
            }
            TreeInvariants.assertHold(tree);
            assertThat(tree.count()).isEqualTo(map.size());
        }

        private void put(byte[] key, byte[] value, long expiry) {
            long[] hash = hash(key, value, expiry);
            if (tree.locate(key)) {
                Value old = map.get(key);
                assertThat(tree.value()).isEqualTo(old.bytes);
                assertThat(tree.expiry()).isEqualTo(old.expiry);
                assertThat(tree.hasValue(old.bytes.clone())).isTrue();
                tree.replace(value, expiry, hash);
            } else {
                assertThat(map).doesNotContainKey(key);
                tree.insert(key, value, expiry, hash);
            }
            map.put(key, new Value(value, expiry));
        }

        private void setExpiry(byte[] key, long expiry) {
            if (tree.locate(key)) {
                byte[] value = map.get(key).bytes;
                tree.setExpiry(expiry, hash(key, value, expiry));
                map.put(key, new Value(value, expiry));
            }
        }

        private void remove(byte[] key) {
            assertThat(tree.locate(key)).isEqualTo(map.containsKey(key));
            if (map.remove(key) != null) {
                tree.remove();
            }
        }

        private void removeRange(byte[] low, byte[] end) {
            if (Arrays.compareUnsigned(low, end) < 0) {
                Map<byte[], Value> range = map.subMap(low, end);
                assertThat(tree.removeRange(low, end)).isEqualTo(range.size());
                range.clear();
            } else if (low.length == 0) {
                assertThat(tree.removeRange(null, end))
                        .isEqualTo(map.headMap(end).size());
                map.headMap(end).clear();
            }
        }

        private void removeDue(long now, int limit) {
            List<byte[]> gone = new ArrayList<>();
            List<byte[]> some = tree.dueKeys(now, limit);
            List<byte[]> all = tree.dueKeys(now, Integer.MAX_VALUE);
            int removed = tree.removeDue(now, (leaf, slot) -> gone.add(leaf.key(slot)));
            long due =
                    map.values().stream().filter(value -> value.expiry <= now).count();
            assertThat(removed).isEqualTo(gone.size()).isEqualTo((int) due);
            assertThat(all).containsExactlyInAnyOrderElementsOf(gone);
            assertThat(some).containsExactlyElementsOf(all.subList(0, (int) Math.min(due, limit)));
            for (byte[] key : gone) {
                assertThat(map.remove(key).expiry).isLessThanOrEqualTo(now);
            }
        }

        private void snapshot() {
            snapshots.add(tree.snapshot());
            snapshotMaps.add(new TreeMap<>(map));
        }

        private void look(byte[] key, byte[] other) {
            assertThat(tree.rank(key)).isEqualTo(map.headMap(key).size());
            if (Arrays.compareUnsigned(key, other) <= 0) {
                assertRange(tree, map, key, other);
            }
            assertRange(tree, map, null, key);
            assertRange(tree, map, key, null);
            assertSame(tree, map);
        }

        void finish() {
            for (int i = 0; i < snapshots.size(); i++) {
                TreeInvariants.assertHold(snapshots.get(i));
                assertSame(snapshots.get(i), snapshotMaps.get(i));
            }
            if (!snapshots.isEmpty()) {
                OrderedTree copy = new OrderedTree(snapshots.get(0));
                copy.removeRange(null, new byte[] {20});
                TreeInvariants.assertHold(copy);
                TreeInvariants.assertHold(snapshots.get(0));
                assertSame(snapshots.get(0), snapshotMaps.get(0));
            }
        }
    }

    private void run(List<Step> steps) {
        Run run = new Run();
        steps.forEach(run::apply);
        run.look(new byte[0], new byte[] {5});
        run.finish();
    }

    /** The same entries in both directions, by rank, and their totals. */
    private void assertSame(TreeView tree, TreeMap<byte[], Value> map) {
        TreeCursor cursor = new TreeCursor(tree);
        boolean there = cursor.seekAtLeast(null);
        long rank = 0;
        for (Map.Entry<byte[], Value> each : map.entrySet()) {
            assertThat(there).isTrue();
            assertThat(cursor.leaf().key(cursor.slot())).isEqualTo(each.getKey());
            assertThat(cursor.leaf().value(cursor.slot())).isEqualTo(each.getValue().bytes);
            assertThat(cursor.leaf().expiry(cursor.slot())).isEqualTo(each.getValue().expiry);
            TreeCursor byRank = new TreeCursor(tree);
            assertThat(byRank.seekRank(rank++)).isTrue();
            assertThat(byRank.leaf().key(byRank.slot())).isEqualTo(each.getKey());
            there = cursor.next();
        }
        assertThat(there).isFalse();
        there = cursor.seekBelow(null);
        for (byte[] key : map.descendingKeySet()) {
            assertThat(there).isTrue();
            assertThat(cursor.leaf().key(cursor.slot())).isEqualTo(key);
            there = cursor.previous();
        }
        assertThat(there).isFalse();
        assertThat(tree.bytes())
                .isEqualTo(map.entrySet().stream()
                        .mapToLong(each -> each.getKey().length + each.getValue().bytes.length)
                        .sum());
        assertThat(tree.minExpiry())
                .isEqualTo(map.values().stream().mapToLong(Value::expiry).min().orElse(Totals.NEVER));
    }

    private void assertRange(TreeView tree, TreeMap<byte[], Value> map, byte[] low, byte[] end) {
        Map<byte[], Value> range =
                low == null ? map.headMap(end) : end == null ? map.tailMap(low) : map.subMap(low, end);
        assertThat(tree.count(low, end)).isEqualTo(range.size());
        TreeCursor cursor = new TreeCursor(tree);
        byte[] first = map.isEmpty() || low == null ? null : map.ceilingKey(low);
        if (low != null) {
            assertThat(cursor.seekAtLeast(low) ? cursor.leaf().key(cursor.slot()) : null)
                    .isEqualTo(first);
            byte[] lower = map.lowerKey(low);
            assertThat(cursor.seekBelow(low) ? cursor.leaf().key(cursor.slot()) : null)
                    .isEqualTo(lower);
        }
        if (shape.fingerprints()) {
            long[] sum = {range.size(), 0, 0, 0, 0};
            range.forEach((key, value) -> Totals.addSum(sum, 1, hash(key, value.bytes, value.expiry), 0));
            assertThat(tree.countAndSum(low, end)).isEqualTo(sum);
        }
    }

    /** Anything that depends on all of an entry and has large limbs, so that carries happen. */
    private static long[] hash(byte[] key, byte[] value, long expiry) {
        long seed = Arrays.hashCode(key) * 31L + value.length * 7L + expiry;
        return new long[] {
            seed * 0x9E3779B97F4A7C15L, ~seed * 0xBF58476D1CE4E5B9L, -1L - (seed & 1), seed * 0x94D049BB133111EBL
        };
    }
}
