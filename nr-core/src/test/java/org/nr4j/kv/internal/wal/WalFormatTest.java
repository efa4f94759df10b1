package org.nr4j.kv.internal.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.disk.ModelDisk;

/** Checks the bytes of the files, and that each of them counts. */
class WalFormatTest {
    private static final String FIRST = "segment-0000000000000001.wal";
    private static final String SECOND = "segment-0000000000000002.wal";
    private static final String ACTION =
            "; check the store with StoreFiles, restore it from a copy, or repair it into another directory";

    /** The length of a segment's header with one index. */
    private static final int HEADER = 64;

    private final ModelDisk disk = new ModelDisk(new Random(1));

    /** A base, a sealed segment and the newest one, closed. */
    @BeforeEach
    void write() throws IOException {
        try (WriteAheadLog log = Wal.open(disk)) {
            Wal.append(log, "one");
            log.sync();
            Wal.append(log, "two", "");
            log.roll(3);
            Wal.append(log, "four");
            Wal.installBase(log, "base", 1);
        }
        assertThat(Wal.read(disk).records).containsExactly("one", "two", "", "four");
    }

    @Test
    void segment_hasTheBytesOfVersion1() {
        assertThat(hex(FIRST))
                .isEqualTo(String.join(
                        "",
                        // The mark, the version, their checksum.
                        "6e72346a2e77616c" + "00000001" + "91d6c0c0",
                        // The store, the number.
                        "00112233445566778899aabbccddeeff" + "0000000000000001",
                        // The epoch, the count of start indexes, the index, the checksum.
                        "0000000000000001" + "00000001" + "0000000000000000" + "2bf751df",
                        // Records: mark, length, durable offset, checksum of the payload, checksum, payload.
                        "6e723452" + "00000003" + "0000000000000040" + "2a94b2e9" + "684188c9" + "6f6e65",
                        "6e723452" + "00000003" + "000000000000005b" + "52d8b3a3" + "feafcbb2" + "74776f",
                        "6e723452" + "00000000" + "000000000000005b" + "00000000" + "9d6f5242",
                        "6e723445" + "00000000" + "000000000000008e" + "00000000" + "2c038cca"));
    }

    @Test
    void manifest_hasTheBytesOfVersion1() throws IOException {
        assertThat(hex("manifest"))
                .isEqualTo(String.join(
                        "",
                        // The mark, the version, their checksum.
                        "6e72346a2e6d616e" + "00000001" + "e38441fd",
                        // The store, the epoch, the first and the last segment.
                        "00112233445566778899aabbccddeeff" + "0000000000000001",
                        "0000000000000001" + "0000000000000002",
                        // The base: number, length, epoch, count of indexes, index. The checksum.
                        "0000000000000001" + "0000000000000004",
                        "0000000000000001" + "00000001" + "0000000000000001",
                        "71126751"));
    }

    @Test
    void manifestWithoutBase_hasTheBytesOfVersion1() throws IOException {
        ModelDisk other = new ModelDisk(new Random(1));
        Wal.open(other).close();
        assertThat(HexFormat.of().formatHex(other.bytes("manifest")))
                .isEqualTo(String.join(
                        "",
                        "6e72346a2e6d616e" + "00000001" + "e38441fd",
                        "00112233445566778899aabbccddeeff" + "0000000000000001",
                        "0000000000000001" + "0000000000000001",
                        // No base. The checksum.
                        "0000000000000000",
                        "d56695d4"));
    }

    private String hex(String name) {
        return HexFormat.of().formatHex(disk.bytes(name));
    }

    @Test
    void eachFlippedBit_isFound() throws IOException {
        int end = disk.bytes(SECOND).length - 24;
        for (String name : disk.list()) {
            byte[] whole = disk.bytes(name);
            for (int bit = 0; bit < 8 * whole.length && !name.startsWith("base-"); bit++) {
                byte[] flipped = whole.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                ModelDisk copy = disk.copy();
                copy.put(name, flipped);
                if (name.equals(SECOND) && bit / 8 >= end) {
                    assertTorn(copy, end);
                } else {
                    assertThatThrownBy(() -> Wal.read(copy))
                            .as("%s bit %s", name, bit)
                            .isInstanceOfSatisfying(
                                    DamagedLogException.class,
                                    e -> assertThat(e.file()).isEqualTo(name));
                }
            }
        }
    }

    private static void assertTorn(ModelDisk disk, int offset) throws IOException {
        Wal read = Wal.read(disk);
        assertThat(read.torn.file()).isEqualTo(SECOND);
        assertThat(read.torn.offset()).isEqualTo(offset);
        assertThat(read.torn.bytes()).isEqualTo(24);
        assertThat(read.records).containsExactly("one", "two", "", "four");
        Wal.open(disk).close();
        assertThat(Wal.read(disk).torn).isNull();
        assertThat(Wal.read(disk).records).isEqualTo(read.records);
    }

    @Test
    void eachShorterFile_isFound() throws IOException {
        for (String name : disk.list()) {
            byte[] whole = disk.bytes(name);
            int from = name.equals(SECOND) ? HEADER : whole.length;
            for (int length = 0; length < from; length++) {
                ModelDisk copy = disk.copy();
                copy.put(name, Arrays.copyOf(whole, length));
                assertThatThrownBy(() -> Wal.read(copy))
                        .as("%s length %s", name, length)
                        .isInstanceOf(DamagedLogException.class);
            }
        }
    }

    @Test
    void longerFile_isFound_orHasNoMoreRecords() throws IOException {
        for (String name : disk.list()) {
            byte[] whole = disk.bytes(name);
            ModelDisk copy = disk.copy();
            copy.put(name, Arrays.copyOf(whole, whole.length + 1));
            if (name.equals(SECOND)) {
                assertThat(Wal.read(copy).torn.bytes()).isEqualTo(1);
            } else if (name.equals(FIRST)) {
                assertThat(Wal.read(copy).records).containsExactly("one", "two", "", "four");
            } else {
                assertThatThrownBy(() -> Wal.read(copy)).as(name).isInstanceOf(DamagedLogException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"manifest,0", "manifest,2", FIRST + ",2", SECOND + ",255", SECOND + ",-1"})
    void otherVersion_isRefusedAndNothingChanged(String name, int version) {
        ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(name)).putInt(8, version);
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, 12));
        disk.put(name, bytes.putInt(12, (int) crc.getValue()).array());
        assertThatThrownBy(() -> Wal.open(disk))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(DamagedLogException.class)
                .hasMessage("a log must have a format that this release reads: file=" + name + " version=" + version
                        + " supported=1; open it with the release that wrote it");
        assertThat(disk.bytes(name)).isEqualTo(bytes.array());
    }

    @Test
    void recordInAnotherPlace_isNotIntact() throws IOException {
        byte[] first = disk.bytes(FIRST);
        byte[] moved = first.clone();
        // Record "two" takes the place of "one": both are intact where they were, and have one length.
        System.arraycopy(first, 64 + 27, moved, 64, 27);
        disk.put(FIRST, moved);
        assertThatThrownBy(() -> Wal.read(disk))
                .isInstanceOf(DamagedLogException.class)
                .hasMessage("a record that was on the disk must be intact: file=" + FIRST + " offset=64" + ACTION);
    }

    @Test
    void recordOfAnotherSegment_isNotIntact() throws IOException {
        ModelDisk other = new ModelDisk(new Random(1));
        try (WriteAheadLog log = Wal.open(other)) {
            log.roll(0);
            Wal.append(log, "one");
        }
        byte[] first = disk.bytes(FIRST);
        System.arraycopy(other.bytes(SECOND), 64, first, 64, 27);
        disk.put(FIRST, first);
        assertThatThrownBy(() -> Wal.read(disk)).isInstanceOf(DamagedLogException.class);
    }

    @Test
    void segmentOfAnotherStore_isRefused() throws IOException {
        ModelDisk other = new ModelDisk(new Random(1));
        Recovery recovery = Recovery.open(other, (bytes, total) -> {});
        recovery.replay((segment, offset, payload) -> {});
        recovery.start(0).close();
        disk.put(FIRST, other.bytes(FIRST));
        assertThatThrownBy(() -> Wal.read(disk))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("a segment must belong to the store of the manifest; storeId=");
    }

    @Test
    void segmentWithTheNameOfAnother_isRefused() {
        disk.put(FIRST, disk.bytes(SECOND));
        assertThatThrownBy(() -> Wal.read(disk))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("a segment must have the number of its name; number=2");
    }
}
