package org.nr4j.kv.internal.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.nr4j.kv.durable.StoreReport;
import org.nr4j.kv.internal.disk.ModelDisk;
import org.nr4j.kv.internal.op.Updates.Remove;
import org.nr4j.kv.internal.op.WriteFormat;
import org.nr4j.kv.internal.wal.Recovery;
import org.nr4j.kv.internal.wal.WriteAheadLog;

class LogRepairTest {
    private static final int SECOND_RECORD = 2;

    private final ModelDisk from = new ModelDisk(new Random(1));
    private final ModelDisk to = new ModelDisk(new Random(1));

    /** Writes three records in two segments. The second record has these bytes. */
    private void fill(ByteBuffer second) throws IOException {
        Recovery recovery = Recovery.open(from, (bytes, total) -> {});
        recovery.replay((segment, offset, payload) -> {});
        try (WriteAheadLog log = recovery.start(0)) {
            log.append(remove("a"));
            log.append(second);
            log.roll(SECOND_RECORD);
            log.append(remove("c"));
        }
    }

    private static ByteBuffer remove(String key) {
        CommitRecord record = new CommitRecord();
        record.add(new Remove(key.getBytes(StandardCharsets.US_ASCII), WriteFormat.NO_TIME), /* continues= */ false);
        return record.bytes();
    }

    private static Map<String, ByteBuffer> contents(ModelDisk disk) throws IOException {
        Map<String, ByteBuffer> result = new TreeMap<>();
        for (String name : disk.list()) {
            result.put(name, ByteBuffer.wrap(disk.bytes(name)));
        }
        return result;
    }

    @Test
    void aRecordThatHasNoWrites_isDamage_alsoIfItIsIntact() throws IOException {
        fill(ByteBuffer.wrap(new byte[] {WriteFormat.VERSION, 0, 99, 0}));

        StoreReport report = new LogCheck(from).report();
        assertThat(report.damage()).singleElement().satisfies(each -> {
            assertThat(each).hasMessageContaining("known kind");
            assertThat(each.file()).isEqualTo("segment-0000000000000001.wal");
            assertThat(each.offset()).isPositive();
        });
        LogRepair.copy(from, to);
        StoreReport copied = new LogCheck(to).report();
        assertThat(copied.isIntact()).isTrue();
        assertThat(copied.records()).isOne();
    }

    @Test
    void aRepairThatFails_leavesNoStore_andTheDamagedOneAsItWas() throws IOException {
        fill(remove("b"));
        Map<String, ByteBuffer> before = contents(from);
        boolean failed = true;
        for (int call = 0; failed; call++) {
            ModelDisk target = new ModelDisk(new Random(call));
            target.failAfter(call, /* always= */ false);
            try {
                LogRepair.copy(from, target);
                failed = false;
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("injected");
                assertThat(target.opened()).isZero();
                assertThat(target.list()).isEmpty();
            }
        }
        assertThat(contents(from)).isEqualTo(before);
        assertThat(from.opened()).isZero();
    }

    @Test
    void aCrashDuringARepair_leavesNoStore_orAllOfIt() throws IOException {
        fill(remove("b"));
        for (int call = 0; call < 40; call++) {
            ModelDisk target = new ModelDisk(new Random(call));
            target.failAfter(call, /* always= */ true);
            try {
                LogRepair.copy(from, target);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("injected");
            }
            ModelDisk left = target.crash();
            if (left.list().contains("manifest")) {
                assertThat(new LogCheck(left).report().records()).isEqualTo(3);
            }
        }
    }
}
