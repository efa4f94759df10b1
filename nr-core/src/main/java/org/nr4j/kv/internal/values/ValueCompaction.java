package org.nr4j.kv.internal.values;

import java.io.IOException;
import java.lang.System.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.op.MoveValue;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.tree.EntryScan;
import org.nr4j.kv.internal.value.OutsideValue;
import org.nr4j.kv.internal.value.StoredEntry;
import org.nr4j.kv.internal.value.StoredValue;

/**
 * Moves values so that files can be deleted: the live values of files that are mostly dead. Also moves long values out
 * of memory that a write could not put into a file itself, as those of procedures.
 *
 * <p>Each move is a write in the operation log that compares and sets ({@link MoveValue}). So it can neither bring a
 * removed value back nor overwrite a later one. For one thread.
 */
public final class ValueCompaction {
    private static final Logger LOGGER = System.getLogger(ValueCompaction.class.getName());

    /** How many bytes are copied between two submissions, at most, but for one value. */
    private static final int CHUNK_BYTES = 1 << 22;

    private static final int CHUNK_MOVES = 64;

    private final ValueLog values;
    private final int longestInMemory;
    private final long hasher;
    private final Consumer<List<Update>> submit;
    private final Check check;

    private final List<Update> moves = new ArrayList<>();
    private long moveBytes;

    /** Says whether to go on. */
    @FunctionalInterface
    public interface Check {
        /** Throws if the compaction must stop. */
        void run() throws IOException;
    }

    /**
     * Creates a compaction.
     *
     * @param longestInMemory longer values are moved out of memory
     * @param hasher the id of the hash of the entries
     * @param submit submits moves, and returns once they are applied
     */
    public ValueCompaction(
            ValueLog values, int longestInMemory, long hasher, Consumer<List<Update>> submit, Check check) {
        this.values = values;
        this.longestInMemory = longestInMemory;
        this.hasher = hasher;
        this.submit = submit;
        this.check = check;
    }

    /** Whether there can be anything to move. */
    public boolean mayHaveWork(Set<ValueFile> settled) {
        return !settled.isEmpty() || longestInMemory < Integer.MAX_VALUE;
    }

    /**
     * Moves what should be elsewhere.
     *
     * @param contents the contents of the store, not long ago
     * @param settled the files that may be emptied
     */
    public void run(Contents contents, Set<ValueFile> settled) throws IOException {
        LiveValues live = LiveValues.of(contents);
        EntryScan scan = contents.scan(null, null, /* descending= */ false);
        while (scan.advance()) {
            OutsideValue from = toMove(scan, live, settled);
            if (from != null) {
                move(scan, from);
            }
        }
        flush();
    }

    private @Nullable OutsideValue toMove(EntryScan scan, LiveValues live, Set<ValueFile> settled) {
        if (scan.outsideValue() instanceof DiskValue value) {
            ValueFile file = value.valueFile();
            return settled.contains(file) && live.isMostlyDead(file) ? value : null;
        }
        return scan.valueLength() > longestInMemory ? scan.valueToShare() : null;
    }

    private void move(EntryScan scan, OutsideValue from) throws IOException {
        check.run();
        byte[] bytes = readIfPossible(from);
        if (bytes == null) {
            return;
        }
        StoredValue to = values.append(bytes);
        moves.add(new MoveValue(scan.key(), from, new StoredEntry(to, hasher, scan.hash())));
        moveBytes += to.length();
        if (moves.size() >= CHUNK_MOVES || moveBytes >= CHUNK_BYTES) {
            flush();
        }
    }

    /**
     * Reads a value past the cache, which is for values that somebody reads. Returns null if the disk cannot give it.
     * Then the value stays where it is, and keeps its file: it must not keep the store from writing snapshots.
     */
    private static byte @Nullable [] readIfPossible(OutsideValue value) {
        if (!(value instanceof DiskValue stored)) {
            return value.copy();
        }
        try {
            return stored.readFromDisk();
        } catch (IOException e) {
            LOGGER.log(Logger.Level.WARNING, "a value must be readable to be moved: it stays where it is", e);
            return null;
        }
    }

    private void flush() {
        if (!moves.isEmpty()) {
            submit.accept(List.copyOf(moves));
            moves.forEach(Update::written);
            moves.clear();
            moveBytes = 0;
        }
    }
}
