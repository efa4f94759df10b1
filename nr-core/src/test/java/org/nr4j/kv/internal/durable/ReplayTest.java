package org.nr4j.kv.internal.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.contents.ContentsBuilder;
import org.nr4j.kv.internal.disk.ModelDisk;
import org.nr4j.kv.internal.op.PutStored;
import org.nr4j.kv.internal.op.Updates.Put;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.op.WriteFormat;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.tree.Totals;
import org.nr4j.kv.internal.value.StoredEntry;
import org.nr4j.kv.internal.values.ValueLog;
import org.nr4j.kv.internal.wal.BaseWriter;
import org.nr4j.kv.internal.wal.Recovery;
import org.nr4j.kv.internal.wal.WriteAheadLog;

class ReplayTest {
    private static final Shape SHAPE = Shape.standard(false);

    private final ModelDisk disk = new ModelDisk(new Random(1));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteBuffer record(Update write) {
        CommitRecord record = new CommitRecord();
        record.add(write, /* continues= */ false);
        return record.bytes();
    }

    private static Update put(String key) {
        return new Put(bytes(key), bytes("value"), Totals.NEVER, null, When.ALWAYS, false, WriteFormat.NO_TIME);
    }

    /** A base can be ahead of the log. Its file of values is deleted, and then the log gets a record that names it. */
    @Test
    void aRecordThatTheBaseCovers_mayNameAFileThatIsGone() throws IOException {
        Recovery recovery = Recovery.open(disk, (read, total) -> {});
        recovery.replay((segment, offset, payload) -> {});
        ValueLog values = ValueLog.open(disk, recovery.storeId(), Long.MAX_VALUE, 0);
        StoredEntry gone = new StoredEntry(values.at(1, 44, 10), StoredEntry.NO_HASHER, null);
        WriteAheadLog log = recovery.start(0);
        BaseWriter base = log.newBase();
        ContentsBuilder contents = new ContentsBuilder(1, SHAPE);
        contents.add(bytes("key"), bytes("newer"), Totals.NEVER, null);
        contents.build().writeForOwnLog(base, StoredEntry.NO_HASHER);
        base.complete();
        log.installBase(base, 2);
        log.append(record(new PutStored(
                bytes("key"), gone, Totals.NEVER, When.ALWAYS, /* answersOld= */ false, WriteFormat.NO_TIME)));
        log.append(record(put("key")));
        log.append(record(put("later")));

        ModelDisk left = disk.copy();
        Recovery again = Recovery.open(left, (read, total) -> {});
        ValueLog filesLeft = ValueLog.open(left, again.storeId(), Long.MAX_VALUE, 0);
        Replay replay = new Replay(new StoreForm(1, SHAPE, null, name -> null), again, filesLeft);

        assertThat(replay.run()).as("torn tail").isNull();
        Contents found = replay.contents();
        assertThat(found.count()).isEqualTo(2);
        assertThat(found.get(bytes("key"))).isEqualTo(bytes("newer"));
        assertThat(found.get(bytes("later"))).isEqualTo(bytes("value"));
        log.close();
    }
}
