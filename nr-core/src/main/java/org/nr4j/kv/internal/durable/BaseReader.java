package org.nr4j.kv.internal.durable;

import java.io.IOException;
import java.io.InputStream;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.file.BlockInput;
import org.nr4j.kv.internal.value.StoredEntry;
import org.nr4j.kv.internal.wal.Base;
import org.nr4j.kv.internal.wal.Recovery;

/** Reads the base of a log. */
final class BaseReader {
    /** Receives the entries of a base. */
    @FunctionalInterface
    interface Entries {
        /** Reads all entries. */
        void readAll(BlockInput blocks) throws IOException;
    }

    /** Receives one entry, the last that was read. */
    @FunctionalInterface
    interface OneEntry {
        void accept(BlockInput blocks) throws IOException;
    }

    private BaseReader() {}

    /**
     * Passes a base to a reader of its entries, and checks that nothing follows them.
     *
     * @throws DamagedLogException if the base is damaged
     */
    static void read(Recovery recovery, Base base, Entries entries) throws IOException {
        try (InputStream in = recovery.openBase()) {
            entries.readAll(blocks(in, base));
            if (in.read() >= 0) {
                throw new DamagedLogException("nothing must follow a snapshot", base.name(), base.bytes() - 1);
            }
        }
    }

    /** Passes the first entries of a base, which may be damaged behind them. */
    static void readFirst(Recovery recovery, Base base, long count, OneEntry entry) throws IOException {
        try (InputStream in = recovery.openBase()) {
            BlockInput blocks = blocks(in, base);
            for (long left = count; left > 0 && blocks.next(); left--) {
                entry.accept(blocks);
            }
        }
    }

    private static BlockInput blocks(InputStream in, Base base) throws IOException {
        return BlockInput.ofOwnLog(
                in,
                Replay.LIMITS,
                (rule, offset) -> new DamagedLogException(rule, base.name(), offset),
                StoredEntry.BYTES);
    }
}
