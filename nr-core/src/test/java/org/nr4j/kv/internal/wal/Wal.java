package org.nr4j.kv.internal.wal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.segment.TornTail;

/** Opens logs of one operation log for tests. The records are texts. */
final class Wal {
    static final UUID ID = new UUID(0x0011223344556677L, 0x8899AABBCCDDEEFFL);

    final List<String> records = new ArrayList<>();
    final List<String> places = new ArrayList<>();
    final TornTail torn;
    final String base;
    final Recovery recovery;

    private Wal(Recovery recovery) throws IOException {
        this.recovery = recovery;
        if (recovery.base() == null) {
            base = null;
        } else {
            try (InputStream in = recovery.openBase()) {
                base = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        torn = recovery.replay((segment, offset, payload) -> {
            records.add(new String(payload, StandardCharsets.UTF_8));
            places.add(segment.start().epoch() + ":" + segment.number() + ":" + offset);
        });
    }

    /** Reads a log and changes nothing. */
    static Wal read(Disk disk) throws IOException {
        return new Wal(Recovery.open(disk, (bytes, total) -> {}, ID));
    }

    /** Reads a log and starts it at index 0. */
    static WriteAheadLog open(Disk disk) throws IOException {
        return read(disk).recovery.start(0);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends a group. */
    static void append(WriteAheadLog log, String... records) throws IOException {
        ByteBuffer[] group = new ByteBuffer[records.length];
        for (int i = 0; i < group.length; i++) {
            group[i] = bytes(records[i]);
        }
        log.append(group);
    }

    static void installBase(WriteAheadLog log, String contents, long... indexes) throws IOException {
        try (BaseWriter writer = log.newBase()) {
            writer.write(contents.getBytes(StandardCharsets.UTF_8));
            writer.complete();
            log.installBase(writer, indexes);
        }
    }
}
