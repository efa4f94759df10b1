package org.nr4j.server.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.kv.ChangeListener;
import org.nr4j.kv.Entry;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.SyncPolicy;
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

    /** Removes a key, which the submitter has chosen: its database (1) and its bytes. */
    private static final Procedure<byte[], Boolean> EVICT =
            Procedure.writing("redis-evict-1", Codec.bytes(), Codec.truth(), (tx, chosen) -> {
                byte[] key = Arrays.copyOfRange(chosen, 1, chosen.length);
                return Keyspace.writing(tx).remove(chosen[0], key);
            });

    private final KeyValueStore store;

    private final boolean durable;

    /** Whether a reply must wait until the disk has what it shows. */
    private final boolean awaited;

    /** Null if nobody wants to know events. Volatile: each write and read looks at it. */
    private volatile @Nullable Consumer<List<KeyEvents.Event>> eventListener;

    /** Null if nobody wants to know which keys change. Volatile: each write looks at it before and after. */
    private volatile @Nullable Consumer<List<KeyEvents.Touch>> touchListener;

    private final Object eventOrder = new Object();

    private StoreEngine(KeyValueStore store, boolean durable, boolean awaited) {
        this.store = store;
        this.durable = durable;
        this.awaited = awaited;
        store.transact(UNWATCH_ALL, true);
    }

    /** Opens a store in memory. */
    public static StoreEngine open() {
        return new StoreEngine(builder().build(), /* durable= */ false, /* awaited= */ false);
    }

    /**
     * Opens a store with a log on disk. No command waits for the disk. A caller that replies does: see
     * {@link #maySend}.
     */
    public static StoreEngine open(Durability durability) {
        return open(durability, builder -> builder);
    }

    /** As the other method, with further options of the store. */
    public static StoreEngine open(Durability durability, UnaryOperator<KeyValueStore.Builder> options) {
        boolean awaited = durability.syncPolicy().equals(SyncPolicy.ALWAYS);
        KeyValueStore.Builder builder = options.apply(builder()).durable(durability.awaited(false));
        return new StoreEngine(builder.build(), /* durable= */ true, awaited);
    }

    private static KeyValueStore.Builder builder() {
        return KeyValueStore.builder()
                .maxKeyLength(LONGEST_KEY)
                .maxValueLength(LONGEST_VALUE)
                .procedure(COMMANDS)
                .procedure(SWEEP)
                .procedure(UNWATCH_ALL)
                .procedure(EVICT);
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
        if (listener == null) {
            return write(units, /* wantsEvents= */ false);
        }
        // Events have the order of the writes. So a thread that writes passes its events on before the next one writes.
        synchronized (eventOrder) {
            ReplyBatch replies = write(units, /* wantsEvents= */ true);
            pass(replies, listener);
            return replies;
        }
    }

    private ReplyBatch write(List<Unit> units, boolean wantsEvents) {
        boolean collects = wantsEvents || touchListener != null;
        byte[] argument = UnitCodec.encode(ThreadLocalRandom.current().nextLong(), units, collects);
        ReplyBatch replies = ReplyBatch.decode(Objects.requireNonNull(store.transact(COMMANDS, argument)));
        Consumer<List<KeyEvents.Touch>> listener = touchListener;
        if (listener != null) {
            pass(listener, collects ? replies.events().touches() : List.of(KeyEvents.Touch.ALL));
        }
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

    private static void pass(Consumer<List<KeyEvents.Touch>> listener, List<KeyEvents.Touch> touches) {
        try {
            listener.accept(touches);
        } catch (RuntimeException e) {
            LOGGER.log(Level.ERROR, "clients may keep old values: changed keys=" + touches.size(), e);
        }
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

    /**
     * Sets who is told which keys the commands of this engine's callers change: after the write, on the thread that has
     * submitted it. A write that began before somebody wanted to know counts as a change of all keys.
     */
    public void onTouches(@Nullable Consumer<List<KeyEvents.Touch>> listener) {
        touchListener = listener;
    }

    /** Calls a consumer with an event for each key and each field that has expired and is removed, until closed. */
    public AutoCloseable onExpiry(Consumer<KeyEvents.Event> consumer) {
        ChangeListener listener = change -> {
            Entry expired = change.isExpiry() ? change.before() : null;
            if (expired != null) {
                consumer.accept(Keyspace.eventOfExpiry(expired.key(), expired.value(), System.currentTimeMillis()));
            }
        };
        AutoCloseable keys = store.listen(Keyspace.allKeys(), listener);
        AutoCloseable fields = store.listen(Keyspace.allFieldsThatExpire(), listener);
        return () -> {
            keys.close();
            fields.close();
        };
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

    /** Removes a key by a policy. Returns which; null if none was found. */
    public Evictor.@Nullable Candidate evict(Evictor evictor, EvictionPolicy policy, int samples) {
        Evictor.Candidate chosen =
                store.read(transaction -> evictor.choose(Keyspace.reading(transaction), policy, samples));
        if (chosen != null) {
            byte[] argument = new byte[1 + chosen.key().length];
            argument[0] = (byte) chosen.database();
            System.arraycopy(chosen.key(), 0, argument, 1, chosen.key().length);
            store.transact(EVICT, argument);
        }
        return chosen;
    }

    /** Returns what INFO tells of the databases that have keys. */
    public List<DatabaseInfo> databases() {
        return store.read(transaction -> DatabaseInfo.all(Keyspace.reading(transaction)));
    }

    /** Returns how many keys have expired since the store was opened, about. */
    public long expiredKeys() {
        return store.expiredEntries();
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

    // ---- the disk ----

    /** Whether the store has a log on disk. */
    public boolean isDurable() {
        return durable;
    }

    /** Returns how many writes the store has had since it was opened. */
    public long writes() {
        return store.indexes().total();
    }

    /** Whether the log takes writes, or there is none. */
    public boolean takesWrites() {
        return !durable || store.durableStats().failure() == null;
    }

    /** Returns the writes that the calling thread may have seen the effects of. */
    public LogIndexes seen() {
        return store.indexes();
    }

    /**
     * Whether replies may be sent: all writes so far are on the disk, or nobody has promised that. After a failure of
     * the disk, reads go on, and writes are refused.
     */
    public boolean maySend() {
        return !awaited || store.isDurable(seen()) || !takesWrites();
    }

    /** Returns what completes when the disk has some writes, or with an exception if the log has failed. */
    public CompletableFuture<?> whenDurable(LogIndexes seen) {
        return store.whenDurable(seen);
    }

    /** Puts all writes so far on the disk. */
    public CompletableFuture<?> persist() {
        return store.persist();
    }

    /** Replaces the log by a snapshot. */
    public CompletableFuture<?> rewriteLog() {
        return store.rewriteLog();
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
