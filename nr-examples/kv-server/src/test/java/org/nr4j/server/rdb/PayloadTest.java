package org.nr4j.server.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads that are damaged. {@code DumpTest} has those that are not. */
class PayloadTest {
    private static final int MUTATIONS = 20_000;

    /** What a payload may cost at most: LZF makes 88 bytes of one, and a byte may become an element of a collection. */
    private static final long BYTES_PER_BYTE = 88 * 100;

    private static final long FREE_BYTES = 1 << 20;

    private static List<byte[]> dumps() throws IOException {
        List<byte[]> dumps = new ArrayList<>();
        for (String name : List.of("dumps.txt", "old-dumps.txt")) {
            try (InputStream in = PayloadTest.class.getResourceAsStream(name)) {
                new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> HexFormat.of().parseHex(line.split(" \\| ", -1)[1]))
                        .forEach(dumps::add);
            }
        }
        assertThat(dumps).hasSizeGreaterThan(20);
        return dumps;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void damagedPayload_isReadOrRefusedAtLittleCost(long seed) throws IOException {
        List<byte[]> dumps = dumps();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] payload = mutated(dumps.get(random.nextInt(dumps.size())), random);
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                assertThat(Payload.read(payload)).isNotNull();
            } catch (RdbException e) {
                assertThat(e).hasMessage("Bad data format");
                refused++;
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .isLessThan(FREE_BYTES + payload.length * BYTES_PER_BYTE);
        }
        assertThat(refused).isBetween(MUTATIONS / 3, MUTATIONS - 100);
    }

    /** Changes, removes or adds bytes, and corrects the checksum. */
    private static byte[] mutated(byte[] dump, Random random) {
        int body = dump.length - Long.BYTES - Short.BYTES;
        byte[] changed = Arrays.copyOf(dump, body);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(Math.max(1, changed.length));
            changed = switch (random.nextInt(8)) {
                case 0 -> Arrays.copyOf(changed, Math.max(1, at));
                case 1 -> Arrays.copyOf(changed, changed.length + random.nextInt(9));
                default -> {
                    byte[] extremes = {0, -1, 0x7F, (byte) 0x80, (byte) 0x81, (byte) 0xC3, (byte) 0xF0};
                    changed[at] = random.nextBoolean()
                            ? extremes[random.nextInt(extremes.length)]
                            : (byte) random.nextInt(1 << Byte.SIZE);
                    yield changed;
                }
            };
        }
        return withFooter(changed, 10);
    }

    private static byte[] withFooter(byte[] body, int version) {
        ByteBuffer out =
                ByteBuffer.allocate(body.length + Short.BYTES + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.put(body).putShort((short) version);
        return out.putLong(Crc64.of(out.array(), out.position())).array();
    }

    @Test
    void newerVersionAndWrongChecksum_areRefused() {
        byte[] body = {0, 1, 'a'};
        assertThat(Payload.read(withFooter(body, 12))).isNotNull();
        byte[] wrong = withFooter(body, 10);
        wrong[2]++;
        for (byte[] payload : List.of(withFooter(body, 13), wrong, new byte[9])) {
            assertThatThrownBy(() -> Payload.read(payload))
                    .isInstanceOf(RdbException.class)
                    .hasMessage("DUMP payload version or checksum are wrong");
        }
    }

    @Test
    void hugeCounts_costNothing() {
        byte[] hugeString = {0, (byte) 0x80, 0x7F, -1, -1, -1};
        byte[] hugeCompressed = {0, (byte) 0xC3, 1, (byte) 0x80, 0x7F, -1, -1, -1, 0};
        byte[] hugeSet = {2, (byte) 0x81, 0x7F, -1, -1, -1, -1, -1, -1, -1, 1, 'a'};
        for (byte[] body : List.of(hugeString, hugeCompressed, hugeSet)) {
            assertThatThrownBy(() -> Payload.read(withFooter(body, 10))).hasMessage("Bad data format");
        }
    }

    @Test
    void compression_isUndone() {
        Random random = new Random(1);
        int compressed = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(3_000)];
            int alphabet = 1 + random.nextInt(1 << random.nextInt(9));
            for (int j = 0; j < bytes.length; j++) {
                boolean repeats = j > 40 && random.nextInt(10) > 0;
                bytes[j] = repeats ? bytes[j - 1 - random.nextInt(40) / 39 * 7] : (byte) random.nextInt(alphabet);
            }
            byte[] packed = Lzf.compress(bytes, 4);
            if (packed != null) {
                compressed++;
                assertThat(packed).hasSizeLessThanOrEqualTo(bytes.length - 4);
                assertThat(Lzf.decompress(packed, bytes.length)).isEqualTo(bytes);
            }
        }
        assertThat(compressed).isGreaterThan(500);
    }
}
