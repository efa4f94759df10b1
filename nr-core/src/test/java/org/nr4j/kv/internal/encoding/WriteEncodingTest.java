package org.nr4j.kv.internal.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.procedure.ProcedureKeys;
import org.nr4j.kv.internal.procedure.ProcedureWrite;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.tree.EntryScan;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.testing.Seeded;

/** Writes as bytes: the format byte by byte, writes that come back the same, and bytes that are no write. */
class WriteEncodingTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final EntryHasher HASHER = new EntryHasher(null);

    @RegisterExtension
    final Seeded seeded = new Seeded();

    private static WriteDecoder decoder(int parts) {
        return decoder(parts, new Limits(Limits.LONGEST_KEY, Limits.LONGEST_VALUE));
    }

    private static WriteDecoder decoder(int parts, Limits limits) {
        return new WriteDecoder(parts, Shape.standard(true), limits, HASHER, RandomWrites::procedure, null);
    }

    private static StoreReplica replica(int parts) {
        return new StoreReplica(parts, Shape.standard(true), InstantSource.system(), HASHER);
    }

    // ---- the format ----

    /** The bytes must stay as they are: files and other machines have them. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            put,               0101 00 00000001 6b 00000002 7631
            put timed,         0101 07 0000000000000005 0000000000000009 00000001 6b 00000002 7631
            put if absent,     0101 08 00000001 6b 00000000
            fetch,             0102 00 00000001 6b
            compare and set,   0103 01 0000000000000005 00000001 6b 00000001 61 00000001 62
            remove,            0104 00 00000001 6b
            remove if,         0105 00 00000001 6b 00000001 61
            remove if any,     0105 00 00000001 6b ffffffff
            remove range,      0106 00 00000001 61 ffffffff
            increment,         0107 00 00000001 6b fffffffffffffffe
            set expiry,        0108 03 0000000000000005 0000000000000009 00000001 6b
            collect due,       0109 01 0000000000000005 00000002 00000001 61 00000001 62
            batch,             010a 04 00000001 0d04 00000001 6b ffffffff 00000001 0700 00000001 6b 0000000000000001
            procedure,         010b 01 0000000000000005 00000006 617070656e64 00000001 78 00 00000001 00000001 01
            procedure of all,  010b 01 0000000000000005 00000006 617070656e64 ffffffff 01
            """)
    void format_isFixed(String name, String hex) {
        byte[] bytes = HEX.parseHex(hex.replace(" ", ""));

        assertThat(WriteEncoder.encode(decoder(1).decode(bytes))).as(name).isEqualTo(bytes);
    }

    // ---- there and back ----

    @RepeatedTest(20)
    void writes_haveTheSameEffectAndBytes_afterDecoding() {
        RandomGenerator random = seeded.random();
        RandomWrites writes = new RandomWrites(random, 2);
        StoreReplica original = replica(2);
        StoreReplica copy = replica(2);
        StoreReplica otherParts = replica(5);
        for (int i = 0; i < 400; i++) {
            byte[] bytes = WriteEncoder.encode(writes.next());
            Update write = decoder(2).decode(bytes);
            assertThat(WriteEncoder.encode(write)).isEqualTo(bytes);

            String answer = apply(write, original);
            assertThat(apply(decoder(2).decode(bytes), copy)).isEqualTo(answer);
            assertThat(apply(decoder(5).decode(bytes), otherParts)).isEqualTo(answer);
        }
        assertThat(entries(copy)).isEqualTo(entries(original));
        assertThat(entries(otherParts)).isEqualTo(entries(original));
        assertThat(copy.contents().countAndSum(null, null))
                .isEqualTo(original.contents().countAndSum(null, null))
                .isEqualTo(otherParts.contents().countAndSum(null, null));
    }

    private static String apply(Update write, StoreReplica replica) {
        try {
            return shown(write.applyTo(replica));
        } catch (ArithmeticException | IllegalStateException e) {
            return e.toString();
        }
    }

    private static String shown(@Nullable Object answer) {
        return answer instanceof List<?> answers
                ? Arrays.deepToString(answers.toArray())
                : Arrays.deepToString(new Object[] {answer});
    }

    private static List<String> entries(StoreReplica replica) {
        List<String> entries = new ArrayList<>();
        EntryScan scan = replica.snapshot().scan(null, null, /* descending= */ false);
        while (scan.advance()) {
            entries.add(HEX.formatHex(scan.key()) + "=" + HEX.formatHex(scan.value()) + " until " + scan.expiry());
        }
        return entries;
    }

    // ---- bytes that are no write ----

    @RepeatedTest(10)
    void changedBytes_areRefused_orAreAnotherWrite() {
        RandomGenerator random = seeded.random();
        RandomWrites writes = new RandomWrites(random, 1);
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = mutated(WriteEncoder.encode(writes.next()), random);
            try {
                WriteEncoder.encode(decoder(1).decode(bytes));
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).contains("must");
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    private static byte[] mutated(byte[] bytes, RandomGenerator random) {
        byte[] mutated = bytes;
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(mutated.length + 1);
            switch (random.nextInt(4)) {
                case 0 -> mutated = Arrays.copyOf(mutated, at);
                case 1 -> {
                    mutated = Arrays.copyOf(mutated, mutated.length + 1);
                    mutated[mutated.length - 1] = (byte) random.nextInt();
                }
                default -> {
                    mutated = mutated.clone();
                    if (at < mutated.length) {
                        mutated[at] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt());
                    }
                }
            }
        }
        return mutated;
    }

    @Test
    void eachTruncation_isRefused() {
        RandomGenerator random = seeded.random();
        RandomWrites writes = new RandomWrites(random, 1);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = WriteEncoder.encode(writes.next());
            for (int length = 0; length < bytes.length; length += 1 + bytes.length / 200) {
                byte[] shorter = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> decoder(1).decode(shorter))
                        .as(HEX.formatHex(bytes))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
            assertThatThrownBy(() -> decoder(1).decode(longer)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0001 00 00000001 6b 00000000 | version 1: version=0
            0201 00 00000001 6b 00000000 | version 1: version=2
            01ff 00                      | known kind: kind=255
            0100 00                      | known kind: kind=0
            0104 02 00000001 6b          | unknown flag
            0104 00 ffffffff             | must not be null
            0104 00 7fffffff 6b          | length=2147483647
            0109 00 40000000             | items=1073741824
            010a 00 00000001 0400 00000001 6b 00000000 | condition must come before
            010a 00 00000000 00000001 0a00 00000000 00000000 | one key or range: kind=10
            010b 00 00000001 78 ffffffff 01 | procedure=x
            010b 00 00000006 617070656e64 ffffffff 02 | 0 or 1: value=2
            010c 00 00112233             | snapshot
            """)
    void bytesThatAreNoWrite_areRefusedWithTheRule(String hex, String message) {
        byte[] bytes = HEX.parseHex(hex.replace(" ", ""));

        assertThatThrownBy(() -> decoder(1).decode(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void keysAndValues_beyondTheLimits_areRefused() {
        WriteDecoder decoder = decoder(1, new Limits(2, 3));
        byte[] longKey = HEX.parseHex("0104" + "00" + "00000003" + "616263");
        byte[] longValue = HEX.parseHex("0101" + "00" + "00000001" + "61" + "00000004" + "61626364");

        assertThatThrownBy(() -> decoder.decode(longKey)).hasMessageContaining("maxKeyLength=2");
        assertThatThrownBy(() -> decoder.decode(longValue)).hasMessageContaining("maxValueLength=3");
    }

    @Test
    void aFunctionWithoutAName_hasNoBytes() {
        ProcedureWrite write = new ProcedureWrite(null, (view, argument) -> null, null, ProcedureKeys.ALL, 0);

        assertThatThrownBy(() -> WriteEncoder.encode(write))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("register a Procedure");
    }
}
