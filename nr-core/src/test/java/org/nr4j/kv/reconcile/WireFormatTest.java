package org.nr4j.kv.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.kv.Expiry;
import org.nr4j.kv.Fingerprint;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.internal.reconcile.wire.Frame;
import org.nr4j.kv.internal.reconcile.wire.Summary;
import org.nr4j.kv.internal.reconcile.wire.TransferredEntry;
import org.nr4j.kv.internal.reconcile.wire.WireInput;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;

/** The bytes of frames, which other versions and other programs rely on. */
class WireFormatTest {
    private static final String GOLDEN = "frames.txt";

    /** Returns the frames of a session, as hexadecimal numbers, and the answers. */
    private static List<String> frames() {
        List<String> frames = new ArrayList<>();
        try (KeyValueStore one = Pair.newStore();
                KeyValueStore other = Pair.newStore()) {
            for (int i = 0; i < 300; i++) {
                one.set(Pair.number(i * 1000), Pair.number(i));
                other.set(Pair.number(i * 1000), Pair.number(i % 150 == 0 ? i + 1 : i));
            }
            one.set(Pair.number(1), new byte[5000], Expiry.at(Instant.ofEpochMilli(40_000_000_000_000L)));
            other.set(Pair.number(2), new byte[1500]);
            ReconcileOptions options =
                    Pair.options(42).fanOut(4).leafEntries(30).transferLimit(2000);
            MergePolicy policy = MergePolicy.greatestStart(8);
            ReconcileResponder responder = ReconcileResponder.writable(other, KeyRange.all(), policy, options);
            ReconcileSession session = ReconcileSession.exchange(one, KeyRange.all(), policy, options);
            session.run(frame -> {
                byte[] answer = responder.answer(frame);
                frames.add(HexFormat.of().formatHex(frame));
                frames.add(HexFormat.of().formatHex(answer));
                return answer;
            });
            frames.add(HexFormat.of().formatHex(session.close()));
            Pair.assertEqual(one, other);
        }
        return frames;
    }

    @Test
    void frames_areThoseOfTheGoldenVectors() throws IOException {
        try (InputStream golden = WireFormatTest.class.getResourceAsStream(GOLDEN)) {
            assertThat(golden).as(GOLDEN).isNotNull();
            List<String> expected = new String(golden.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
            assertThat(frames()).isEqualTo(expected);
        }
    }

    @Test
    void theFirstFrame_isAsDocumented() {
        try (KeyValueStore store = Pair.newStore()) {
            store.set(new byte[] {5}, new byte[] {6});
            ReconcileSession session = ReconcileSession.mirror(
                    store, KeyRange.atLeast(new byte[] {1, 2}).below(new byte[] {1, 3}), Pair.options(1));
            long id = new SplittableRandom(1).nextLong();
            byte[] frame = session.poll(0);
            byte[] expected = ByteBuffer.allocate(22)
                    .put((byte) 1) // version
                    .put((byte) 1) // request
                    .putLong(id)
                    .put((byte) 0) // number
                    .put((byte) 0xD0)
                    .put((byte) 0x09) // 1232 bytes of answer
                    .put((byte) 8) // bytes of messages
                    .put((byte) 1) // open
                    .put((byte) 6) // bytes of the message
                    .put((byte) 0x02) // the low bound shares 0 bytes and has 2 others
                    .put((byte) 1)
                    .put((byte) 2)
                    .put((byte) 0x11) // the end shares 1 byte and has 1 other
                    .put((byte) 3)
                    .put((byte) 0) // no entries, hence no hash
                    .array();
            assertThat(frame).isEqualTo(expected);
        }
    }

    @Test
    void theHashOfARange_isAsDocumented() throws Exception {
        try (KeyValueStore store = Pair.newStore()) {
            store.set(new byte[] {5}, new byte[] {6});
            store.set(new byte[] {6}, new byte[] {7});
            byte[] frame = ReconcileSession.mirror(store, KeyRange.all(), Pair.options(1))
                    .poll(0);
            WireInput open = Frame.decode(frame).messages().get(0).body();
            open.readKey(new byte[0]);
            open.readEnd(new byte[0]);
            Fingerprint fingerprint = store.fingerprint(KeyRange.all());
            byte[] input = ByteBuffer.allocate(1 + 8 + 8 + 32)
                    .put((byte) 1)
                    .putLong(new SplittableRandom(1).nextLong())
                    .putLong(2)
                    .put(fingerprint.sum())
                    .array();
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(input);
            assertThat(open.readSummary()).isEqualTo(new Summary(2, Arrays.copyOf(hash, 12)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, 1L << 32, Long.MAX_VALUE})
    void numbers_areReadAsWritten(long number) {
        assertThat(new WireInput(new WireOutput().writeNumber(number).toByteArray()).readNumber())
                .isEqualTo(number);
        long half = number / 4;
        assertThat(new WireInput(new WireOutput().writeSigned(-half).toByteArray()).readSigned())
                .isEqualTo(-half);
        assertThat(new WireInput(new WireOutput().writeSigned(half).toByteArray()).readSigned())
                .isEqualTo(half);
    }

    @Test
    void keysAndEntries_areReadAsWritten() {
        byte[] previous = new byte[40];
        for (int length : new int[] {0, 1, 14, 15, 16, 40, 65_535}) {
            byte[] key = new byte[length];
            for (int shared : new int[] {0, 14, 15, 39}) {
                if (shared < length) {
                    key[shared] = 9;
                }
                TransferredEntry entry = TransferredEntry.whole(key, new byte[length], 77);
                byte[] bytes = new WireOutput().writeEntry(previous, entry).toByteArray();
                TransferredEntry read = new WireInput(bytes).readEntry(previous);
                assertThat(read.key()).isEqualTo(key);
                assertThat(read.value()).isEqualTo(entry.value());
                assertThat(read.expiry()).isEqualTo(77);
                for (int cut = 0; cut < bytes.length; cut += Math.max(1, bytes.length / 50)) {
                    WireInput truncated = new WireInput(Arrays.copyOf(bytes, cut));
                    assertThatThrownBy(() -> truncated.readEntry(previous)).isInstanceOf(ReconcileException.class);
                }
            }
        }
    }
}
