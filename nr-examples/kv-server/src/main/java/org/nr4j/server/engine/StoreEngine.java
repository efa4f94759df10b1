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
import org.nr4j.server.cluster.ClientNumbers;
import org.nr4j.server.cluster.Cluster;
import org.nr4j.server.cluster.LocalState;
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

    private final KeyValueStore store;

    private final boolean durable;

    /** Whether a reply must wait until the disk has what it shows. */
    private final boolean awaited;

    /** Null if nobody wants to know events. Volatile: each write and read looks at it. */
    private volatile @Nullable Consumer<List<KeyEvents.Event>> eventListener;

    /** Null if nobody wants to know which keys change. Volatile: each write looks at it before and after. */
    private volatile @Nullable Consumer<List<KeyEvents.Touch>> touchListener;

    private final Object eventOrder = new Object();

    /** The store as the cluster sees it; null if the store is in none. */
    private final @Nullable MemberState member;

    /** Set before anybody uses the engine; null if the store is in no cluster. Volatile, since any thread reads it. */
    private volatile @Nullable Cluster cluster;

    private StoreEngine(KeyValueStore store, boolean durable, boolean awaited, @Nullable MemberState member) {
        this.store = store;
        this.durable = durable;
        this.awaited = awaited;
        this.member = member;
        if (member == null) {
            store.transact(Procedures.UNWATCH_ALL, true);
        }
    }

    /** Opens a store in memory. */
    public static StoreEngine open() {
        return new StoreEngine(builder().build(), /* durable= */ false, /* awaited= */ false, null);
    }

    /** Opens the store of a member of a cluster. It must {@link #join} the cluster before commands run. */
    public static StoreEngine openMember(ClientNumbers clients) {
        MemberState.Clock clock = new MemberState.Clock();
        KeyValueStore store = builder().clock(clock).build();
        return new StoreEngine(
                store, /* durable= */ false, /* awaited= */ false, new MemberState(clock, store, clients));
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
        return new StoreEngine(builder.build(), /* durable= */ true, awaited, null);
    }

    private static KeyValueStore.Builder builder() {
        return Procedures.register(
                KeyValueStore.builder().maxKeyLength(LONGEST_KEY).maxValueLength(LONGEST_VALUE));
    }

    // ---- the cluster ----

    /** Whether the store is that of a member of a cluster. */
    public boolean isMember() {
        return member != null;
    }

    private MemberState member() {
        return Objects.requireNonNull(member, "only the store of a member can join a cluster: open it as one");
    }

    /** Returns the store as the cluster sees it. */
    public LocalState localState() {
        return member();
    }

    /** From now on, the cluster decides the order of writes. */
    public void join(Cluster joined) {
        member();
        cluster = joined;
    }

    /** Returns the cluster; null if the store is in none. */
    public @Nullable Cluster cluster() {
        return cluster;
    }

    private Cluster requireCluster() {
        return Objects.requireNonNull(cluster, "a member must have joined its cluster before commands run");
    }

    /** Sets who receives what this member applies. */
    public void onApplied(AppliedListener listener) {
        member().onApplied(listener);
    }

    /**
     * Has all members run commands, at least one of which writes. Never blocks.
     *
     * @return what completes with the replies; with a {@link org.nr4j.server.cluster.ClusterException}; or with another
     *     exception if the commands failed, and have changed nothing
     */
    public CompletableFuture<ReplyBatch> submit(List<Unit> units) {
        Consumer<List<KeyEvents.Event>> listener = eventListener;
        byte[] call = Procedures.commandsCall(encode(units, listener != null));
        return requireCluster().submit(call, commandsOf(units)).thenApply(answer -> {
            ReplyBatch replies = ReplyBatch.decode(Procedures.requireOk(answer));
            pass(replies, listener);
            return replies;
        });
    }

    private static int commandsOf(List<Unit> units) {
        return units.stream().mapToInt(unit -> unit.requests().size()).sum();
    }

    /**
     * Makes the reads after it linearizable. Never blocks.
     *
     * @return what completes when the store has all writes that completed on any member before
     */
    public CompletableFuture<?> awaitCurrent() {
        return requireCluster().awaitCurrent();
    }

    // ---- commands ----

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
        requireAlone();
        boolean collects = wantsEvents || touchListener != null;
        byte[] argument = encode(units, collects);
        ReplyBatch replies = ReplyBatch.decode(Objects.requireNonNull(store.transact(Procedures.COMMANDS, argument)));
        Consumer<List<KeyEvents.Touch>> listener = touchListener;
        if (listener != null) {
            pass(listener, collects ? replies.events().touches() : List.of(KeyEvents.Touch.ALL));
        }
        return replies;
    }

    private static byte[] encode(List<Unit> units, boolean wantsEvents) {
        return UnitCodec.encode(ThreadLocalRandom.current().nextLong(), units, wantsEvents);
    }

    /** A member must not write by itself, or it differs from the others. */
    private void requireAlone() {
        if (member != null) {
            throw new IllegalStateException(
                    "a member of a cluster must write through the cluster: call=write; submit it");
        }
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

    /**
     * Removes the elements of some collections that have expired. In a cluster, the leader has all members do it.
     *
     * @return whether to call again at once
     */
    public boolean sweep() {
        boolean due = store.read(transaction -> Keyspace.reading(transaction).isSweepDue());
        if (due && member == null) {
            Procedures.sweep(store);
            return true;
        }
        Cluster current = cluster;
        if (due && current != null && current.isLeader()) {
            CompletableFuture<byte[]> unused = current.submit(Procedures.sweepCall(), 1);
        }
        return false; // a member does not wait, and looks again later
    }

    /** Removes a key by a policy. Returns which; null if none was found. */
    public Evictor.@Nullable Candidate evict(Evictor evictor, EvictionPolicy policy, int samples) {
        Evictor.Candidate chosen =
                store.read(transaction -> evictor.choose(Keyspace.reading(transaction), policy, samples));
        if (chosen != null) {
            requireAlone();
            byte[] argument = new byte[1 + chosen.key().length];
            argument[0] = (byte) chosen.database();
            System.arraycopy(chosen.key(), 0, argument, 1, chosen.key().length);
            store.transact(Procedures.EVICT, argument);
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
