package org.nr4j.server.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.transaction.Codec;
import org.nr4j.kv.transaction.Procedure;
import org.nr4j.kv.transaction.Transaction;
import org.nr4j.server.type.KeyEvents;
import org.nr4j.server.type.Keyspace;

/**
 * The store behind the commands. Commands that write are one registered procedure, whose argument is the encoded list
 * of them. So a log on disk, and each copy elsewhere, has all commands. For any number of threads.
 */
public final class StoreEngine implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(StoreEngine.class.getName());

    /** The longest key and name that the store takes, with what the layout puts before them. */
    private static final int LONGEST_KEY = (1 << 16) - 1;

    /** The longest string, with its type before it. */
    private static final int LONGEST_VALUE = (512 << 20) + 1;

    /** How many collections one write sweeps. */
    private static final int SWEPT = 64;

    /** Runs the units of its argument. A change of what it does needs another name, since logs on disk have calls. */
    private static final Procedure<byte[], byte[]> COMMANDS =
            Procedure.writing("redis-commands-1", Codec.bytes(), Codec.bytes(), StoreEngine::run);

    /** Removes the elements of collections that have expired. */
    private static final Procedure<Long, Boolean> SWEEP =
            Procedure.writing("redis-sweep-1", Codec.number(), Codec.truth(), (tx, limit) -> {
                Keyspace.writing(tx).sweep(Math.toIntExact(limit));
                return true;
            });

    /** Ends all watches: no client of an earlier run is connected any more. */
    private static final Procedure<Boolean, Boolean> UNWATCH_ALL =
            Procedure.writing("redis-unwatch-all-1", Codec.truth(), Codec.truth(), (tx, argument) -> {
                Keyspace.writing(tx).watches().removeAll();
                return true;
            });

    private final KeyValueStore store;

    /** Null if nobody wants to know events. Volatile: each write and read looks at it. */
    private volatile @Nullable Consumer<List<KeyEvents.Event>> eventListener;

    private StoreEngine(KeyValueStore store) {
        this.store = store;
        store.transact(UNWATCH_ALL, true);
    }

    /**
     * Opens the store.
     *
     * @param options sets further options of the store's builder
     */
    public static StoreEngine open(UnaryOperator<KeyValueStore.Builder> options) {
        KeyValueStore.Builder builder = KeyValueStore.builder()
                .maxKeyLength(LONGEST_KEY)
                .maxValueLength(LONGEST_VALUE)
                .procedure(COMMANDS)
                .procedure(SWEEP)
                .procedure(UNWATCH_ALL);
        return new StoreEngine(options.apply(builder).build());
    }

    private static byte[] run(Transaction transaction, byte[] encoded) {
        ReplyBatch replies = new ReplyBatch();
        Keyspace keyspace = Keyspace.writing(transaction);
        if (UnitCodec.wantsEvents(encoded)) {
            keyspace.collect(replies.events());
        }
        CommandRunner.run(keyspace, UnitCodec.seed(encoded), UnitCodec.decode(encoded), replies);
        return replies.encode();
    }

    /** Runs commands, at least one of which writes, as one write to the store. */
    public ReplyBatch write(List<Unit> units) {
        Consumer<List<KeyEvents.Event>> listener = eventListener;
        byte[] argument = UnitCodec.encode(ThreadLocalRandom.current().nextLong(), units, listener != null);
        ReplyBatch replies = ReplyBatch.decode(Objects.requireNonNull(store.transact(COMMANDS, argument)));
        pass(replies, listener);
        return replies;
    }

    /** Runs commands that only read, at one moment, on the replica of the calling thread. */
    public void read(List<Unit> units, ReplyBatch replies) {
        long seed = ThreadLocalRandom.current().nextLong();
        Consumer<List<KeyEvents.Event>> listener = eventListener;
        store.read(transaction -> {
            Keyspace keyspace = Keyspace.reading(transaction);
            if (listener != null) {
                keyspace.collect(replies.events());
            }
            CommandRunner.run(keyspace, seed, units, replies);
            return true;
        });
        pass(replies, listener);
    }

    /** Passes events on. Throws nothing: the commands have run, and their caller must not run them again. */
    private static void pass(ReplyBatch replies, @Nullable Consumer<List<KeyEvents.Event>> listener) {
        if (listener != null && replies.events().size() > 0) {
            try {
                listener.accept(replies.events().all());
            } catch (RuntimeException e) {
                LOGGER.log(
                        Level.WARNING,
                        "events of keys are lost: count=" + replies.events().size(),
                        e);
            }
        }
    }

    /**
     * Sets who is told what the commands of this engine's callers do to keys. Each event is passed once, by the thread
     * that has submitted the command, after it has run. Recovery passes none.
     */
    public void onEvents(@Nullable Consumer<List<KeyEvents.Event>> listener) {
        eventListener = listener;
    }

    /** Calls a consumer with the database and the key of each entry that has expired and is removed, until closed. */
    public AutoCloseable onExpiry(BiConsumer<Integer, byte[]> consumer) {
        return store.listen(Keyspace.allKeys(), change -> {
            if (change.isExpiry()) {
                consumer.accept(Keyspace.databaseOf(change.key()), Keyspace.userKey(change.key()));
            }
        });
    }

    /** Returns the value of the store for a key: its type, and what a string has; null if there is no key. */
    public byte @Nullable [] value(int database, byte[] key) {
        return store.get(Keyspace.storeKey(database, key));
    }

    /** Removes the elements of some collections that have expired. Returns whether there may be more. */
    public boolean sweep() {
        boolean due = store.read(transaction -> Keyspace.reading(transaction).isSweepDue());
        if (due) {
            store.transact(SWEEP, (long) SWEPT);
        }
        return due;
    }

    /** Returns the number of keys of each database, all at one moment. */
    public long[] databaseSizes() {
        return store.read(transaction -> {
            Keyspace keyspace = Keyspace.reading(transaction);
            long[] sizes = new long[Keyspace.DATABASES];
            Arrays.setAll(sizes, keyspace::size);
            return sizes;
        });
    }

    /** Returns the number of watches of all clients. */
    public long watches() {
        return store.read(transaction -> Keyspace.reading(transaction).watches().count());
    }

    /** Returns the number of entries that are elements of collections, or were of those that have expired. */
    public long elements() {
        return store.read(transaction -> Keyspace.reading(transaction).elements());
    }

    /** Returns the store. */
    public KeyValueStore store() {
        return store;
    }

    @Override
    public void close() {
        store.close();
    }
}
