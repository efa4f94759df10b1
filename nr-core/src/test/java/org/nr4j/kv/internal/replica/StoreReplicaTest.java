package org.nr4j.kv.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.kv.internal.contents.ContentsBuilder;
import org.nr4j.kv.internal.op.Batch;
import org.nr4j.kv.internal.op.Increment;
import org.nr4j.kv.internal.op.SetExpiry;
import org.nr4j.kv.internal.op.Updates.CollectDue;
import org.nr4j.kv.internal.op.Updates.Put;
import org.nr4j.kv.internal.op.Updates.Remove;
import org.nr4j.kv.internal.op.Updates.RemoveRange;
import org.nr4j.kv.internal.op.Updates.ReplaceAll;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.replica.ChangeRecorder.Content;
import org.nr4j.kv.internal.tree.EntryScan;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.tree.Totals;
import org.nr4j.kv.internal.tree.TreeInvariants;
import org.nr4j.testing.Seeded;

/**
 * Checks that copies of a replica are independent. A copy with a recorder reports every change, and no change that was
 * undone.
 */
@ParameterizedClass(name = "parts={0}")
@ValueSource(ints = {1, 3})
public class StoreReplicaTest {
    private static final Shape TINY = new Shape(4, 4, 1 << 14, 12, /* fingerprints= */ false);

    @RegisterExtension
    final Seeded seeded = new Seeded();

    @Parameter
    int parts;

    private StoreReplica replica;
    private final TreeMap<byte[], Content> heard = new TreeMap<>(Arrays::compareUnsigned);
    private int expired;

    @BeforeEach
    void build() {
        replica = new StoreReplica(parts, TINY, InstantSource.system(), null);
    }

    private void hear(byte[] key, Content before, Content after, boolean expired) {
        assertThat(heard.get(key)).usingRecursiveComparison().isEqualTo(before);
        assertThat(before == null && after == null).isFalse();
        if (after == null) {
            heard.remove(key);
        } else {
            heard.put(key, after);
        }
        assertThat(expired && after != null).isFalse();
        this.expired += expired ? 1 : 0;
    }

    private Update update(RandomGenerator random) {
        byte[] key = {(byte) random.nextInt(60)};
        byte[] value = new byte[random.nextInt(20)];
        long now = random.nextInt(100);
        return switch (random.nextInt(12)) {
            case 0 -> new Remove(key, now);
            case 1 -> new RemoveRange(key, new byte[] {(byte) (key[0] + random.nextInt(1, 5))}, now);
            case 2 -> new CollectDue(List.of(key, new byte[] {(byte) random.nextInt(60)}), now);
            case 3 -> new SetExpiry(key, now + random.nextInt(-5, 50), now);
            case 4 -> new Put(key, value, now + random.nextInt(50), null, When.ALWAYS, /* answersOld= */ false, now);
            case 5 ->
                new Batch(
                        List.of(),
                        List.of(put(key, value, now), new Increment(new byte[] {key[0], 1}, 1, now)),
                        /* mayThrow= */ true);
            default -> put(key, value, now);
        };
    }

    private static Update put(byte[] key, byte[] value, long now) {
        return new Put(key, value, Totals.NEVER, null, When.ALWAYS, /* answersOld= */ true, now);
    }

    private static List<String> entries(StoreReplica replica) {
        List<String> entries = new ArrayList<>();
        EntryScan scan = replica.snapshot().scan(null, null, /* descending= */ false);
        while (scan.advance()) {
            entries.add(Arrays.toString(scan.key()) + Arrays.toString(scan.value()) + scan.expiry());
        }
        return entries;
    }

    private List<String> heardEntries() {
        List<String> entries = new ArrayList<>();
        heard.forEach((key, content) -> entries.add(
                Arrays.toString(key) + Arrays.toString(content.value().copy()) + content.expiry()));
        return entries;
    }

    @Test
    void recorder_hearsEveryChange() {
        StoreReplica telling = replica.copy(this::hear);
        RandomGenerator random = seeded.random();
        for (int i = 0; i < 3_000; i++) {
            Update update = update(random);
            replica.dispatchMut(update);
            telling.dispatchMut(update);
            assertThat(heardEntries()).isEqualTo(entries(telling));
        }
        assertThat(entries(telling)).isEqualTo(entries(replica));
        assertThat(expired).isPositive();
    }

    @Test
    void replacement_tellsOfWhatDiffers() {
        StoreReplica telling = replica.copy(this::hear);
        for (int i = 0; i < 3; i++) {
            telling.dispatchMut(put(new byte[] {(byte) i}, new byte[] {2}, 0));
        }
        ContentsBuilder other = new ContentsBuilder(parts, TINY);
        other.add(new byte[] {1}, new byte[] {2}, Totals.NEVER, null);
        telling.dispatchMut(new ReplaceAll(other.build()));
        assertThat(heardEntries()).isEqualTo(entries(telling)).hasSize(1);
    }

    @Test
    void batchThatThrows_changesNothingAndIsNotHeard() {
        StoreReplica telling = replica.copy(this::hear);
        telling.dispatchMut(put(new byte[] {1}, new byte[] {1}, 0));
        List<String> before = entries(telling);
        Batch batch = new Batch(
                List.of(),
                List.of(
                        put(new byte[] {0}, new byte[8], 0),
                        new RemoveRange(null, null, 0),
                        put(new byte[] {1}, new byte[] {3}, 0),
                        new Increment(new byte[] {1}, 1, 0)),
                /* mayThrow= */ true);
        assertThatThrownBy(() -> telling.dispatchMut(batch)).isInstanceOf(IllegalStateException.class);
        assertThat(entries(telling)).isEqualTo(before);
        assertThat(heardEntries()).isEqualTo(entries(telling));
        TreeInvariants.assertHold(telling.contents());
    }

    @Test
    void copies_areIndependent() {
        RandomGenerator random = seeded.random();
        List<StoreReplica> copies = new ArrayList<>();
        List<List<String>> expected = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            replica.dispatchMut(update(random));
            if (i % 60 == 0) {
                copies.add(replica.copy());
                expected.add(entries(replica));
            }
        }
        for (int i = 0; i < copies.size(); i++) {
            assertThat(entries(copies.get(i))).isEqualTo(expected.get(i));
            copies.get(i).dispatchMut(new RemoveRange(null, new byte[] {30}, 0));
            TreeInvariants.assertHold(copies.get(i).contents());
        }
        TreeInvariants.assertHold(replica.contents());
    }
}
