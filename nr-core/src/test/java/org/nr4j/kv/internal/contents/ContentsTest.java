package org.nr4j.kv.internal.contents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.tree.EntryConsumer;
import org.nr4j.kv.internal.tree.EntryScan;
import org.nr4j.kv.internal.tree.OrderedTree;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.tree.Totals;
import org.nr4j.kv.internal.tree.TreeInvariants;
import org.nr4j.testing.Seeded;

/** Checks that contents in several parts answer as if all entries were in one tree. */
public class ContentsTest {
    private static final Shape TINY = new Shape(4, 4, 1 << 14, 12, /* fingerprints= */ true);
    private static final int KEYS = 2_000;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    private static byte[] key(int number) {
        return new byte[] {(byte) (number >> 8), (byte) number};
    }

    private static byte[] keyOrNull(RandomGenerator random) {
        return random.nextInt(8) == 0 ? null : key(random.nextInt(2 * KEYS));
    }

    private static List<String> entries(EntryScan scan) {
        List<String> entries = new ArrayList<>();
        while (scan.advance()) {
            entries.add(Arrays.toString(scan.key()) + Arrays.toString(scan.value()) + scan.expiry());
        }
        return entries;
    }

    private static List<String> entries(EntryScan scan, int limit) {
        List<String> entries = new ArrayList<>();
        boolean complete = scan.forEach(
                limit,
                0,
                (bytes, start, keyLength, valueLength, large, expiry) -> entries.add(Arrays.toString(
                                Arrays.copyOfRange(bytes, start, start + keyLength))
                        + Arrays.toString(
                                large != null
                                        ? large.copy()
                                        : Arrays.copyOfRange(bytes, start + keyLength, start + keyLength + valueLength))
                        + expiry));
        assertThat(complete).isTrue();
        return entries;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 7, 64})
    void parts_answerAsOneTree(int parts) {
        RandomGenerator random = seeded.random();
        EntryHasher hasher = new EntryHasher(null);
        ContentsBuilder one = new ContentsBuilder(1, TINY);
        ContentsBuilder several = new ContentsBuilder(parts, TINY);
        for (int number = 0; number < 2 * KEYS; number++) {
            if (random.nextBoolean()) {
                byte[] value = new byte[random.nextInt(20)];
                random.nextBytes(value);
                long expiry = random.nextInt(10) == 0 ? 1 + random.nextInt(1_000) : Totals.NEVER;
                long[] hash = hasher.hash(key(number), value, expiry);
                one.add(key(number), value, expiry, hash);
                several.add(key(number), value, expiry, hash);
            }
        }
        Contents expected = one.build();
        Contents contents = several.build();
        TreeInvariants.assertHold(contents);
        assertThat(contents.count()).isEqualTo(expected.count());
        assertThat(contents.bytes()).isEqualTo(expected.bytes());
        assertThat(contents.minExpiry()).isEqualTo(expected.minExpiry());
        for (int n = 0; n < 100; n++) {
            byte[] low = keyOrNull(random);
            byte[] end = keyOrNull(random);
            if (low != null && end != null && Arrays.compareUnsigned(low, end) >= 0) {
                continue;
            }
            boolean descending = random.nextBoolean();
            List<String> range = entries(expected.scan(low, end, descending));
            int limit = random.nextInt(1, 200);
            assertThat(entries(contents.scan(low, end, descending))).isEqualTo(range);
            assertThat(entries(contents.scan(low, end, descending), limit))
                    .isEqualTo(range.subList(0, Math.min(limit, range.size())));
            assertThat(contents.count(low, end)).isEqualTo(range.size());
            assertThat(contents.countAndSum(low, end)).isEqualTo(expected.countAndSum(low, end));
        }
        for (int number = 0; number < 2 * KEYS; number += 7) {
            assertThat(contents.rank(key(number))).isEqualTo(expected.rank(key(number)));
            assertThat(contents.get(key(number))).isEqualTo(expected.get(key(number)));
        }
        for (long rank = -1; rank <= expected.count(); rank += 3) {
            assertThat(contents.select(rank)).isEqualTo(expected.select(rank));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void scan_endsAtAnEntryThatIsDue(int parts) {
        ContentsBuilder builder = new ContentsBuilder(parts, TINY);
        for (int number = 0; number < 20; number++) {
            builder.add(key(number), new byte[0], number == 10 ? 5 : Totals.NEVER, new long[4]);
        }
        List<Integer> given = new ArrayList<>();
        EntryConsumer consumer =
                (bytes, start, keyLength, valueLength, large, expiry) -> given.add((int) bytes[start + 1]);
        assertThat(builder.build().scan(null, null, false).forEach(100, 5, consumer))
                .isFalse();
        assertThat(given).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(builder.build().scan(null, null, false).forEach(10, 5, consumer))
                .isTrue();
        assertThat(builder.build().scan(null, null, false).forEach(100, 4, consumer))
                .isTrue();
    }

    /** How keys may be spread: evenly, as their hashes do, or so that every guess is wrong. */
    private enum Spread {
        EVEN {
            @Override
            int treeOf(int key, RandomGenerator random) {
                return random.nextInt(TREES);
            }
        },
        ONE_AFTER_THE_OTHER {
            @Override
            int treeOf(int key, RandomGenerator random) {
                return key * TREES / KEYS;
            }
        },
        ONE_HAS_NEARLY_ALL {
            @Override
            int treeOf(int key, RandomGenerator random) {
                return key % 500 == 0 ? random.nextInt(TREES) : 2;
            }
        },
        DENSER_AND_DENSER {
            @Override
            int treeOf(int key, RandomGenerator random) {
                return Integer.numberOfTrailingZeros(Integer.highestOneBit(key + 1)) % TREES;
            }
        };

        abstract int treeOf(int key, RandomGenerator random);
    }

    private static final int TREES = 5;

    /** The search comes to an end soon, not by walking. */
    @ParameterizedTest
    @EnumSource
    void rankSearch_findsEachKeySoon(Spread spread) {
        RandomGenerator random = seeded.random();
        OrderedTree[] trees = OrderedTree.empty(TREES, TINY);
        for (int number = 0; number < KEYS; number++) {
            OrderedTree tree = trees[spread.treeOf(number, random)];
            tree.locate(key(number));
            tree.insert(key(number), new byte[0], Totals.NEVER, new long[4]);
        }
        int looks = 0;
        for (int number = 0; number < KEYS; number++) {
            RankSearch search = new RankSearch(trees, number);
            assertThat(search.run()).isEqualTo(key(number));
            assertThat(search.looks()).isLessThan(60);
            looks += search.looks();
        }
        double mean = (double) looks / KEYS;
        assertThat(mean).isLessThan(spread == Spread.EVEN ? 12 : 25);
    }
}
