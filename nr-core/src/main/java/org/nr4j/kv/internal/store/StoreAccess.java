package org.nr4j.kv.internal.store;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.BatchFailedException;
import org.nr4j.cnr.CnrSnapshot;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.thread.ThreadIds;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.NotDurableException;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.durable.DurableLog;
import org.nr4j.kv.internal.durable.DurableLogs;
import org.nr4j.kv.internal.durable.StoreForm;
import org.nr4j.kv.internal.expiry.ExpiryCollector;
import org.nr4j.kv.internal.file.BlockInput;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.op.Queries.Get;
import org.nr4j.kv.internal.op.Queries.GetExpiry;
import org.nr4j.kv.internal.op.Queries.MultiGet;
import org.nr4j.kv.internal.op.Updates.ReplaceAll;
import org.nr4j.kv.internal.procedure.ProcedureBody;
import org.nr4j.kv.internal.procedure.ProcedureKeys;
import org.nr4j.kv.internal.procedure.ProcedureWrite;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.Query;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.tree.Totals;

/**
 * Reads and writes the replicas by the rule of expiry. A write carries the time of its call. A read that finds a due
 * entry has a write remove the entry, and then reads again.
 */
public final class StoreAccess {
    private final ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated;
    private final ExpiryCollector collector;
    private final InstantSource clock;
    private final @Nullable EntryHasher hasher;
    private final StoreWrites writes;

    /** The store's log on disk, or null. Set before other threads know the store. */
    private @Nullable DurableLog durable;

    /** Knows which threads run a procedure. */
    private final ReentrancyGuard procedures = new ReentrancyGuard();

    /**
     * Creates an access that takes over the replicas.
     *
     * @param hasher hashes entries; null where fingerprints are off
     * @param interval the time between two rounds of the collector
     * @param threads creates the collector's thread
     */
    public StoreAccess(
            ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated,
            InstantSource clock,
            @Nullable EntryHasher hasher,
            Duration interval,
            ThreadFactory threads) {
        this.replicated = replicated;
        this.clock = clock;
        this.hasher = hasher;
        this.writes = new StoreWrites(this, hasher);
        this.collector = new ExpiryCollector(replicated, clock, interval, threads);
    }

    /**
     * Opens the store's log on disk: gives the empty store the contents that the log has, and writes all later writes
     * to it. Must be called before other threads know the store.
     *
     * @throws IOException as {@link DurableLogs#open}
     */
    public void open(StoreForm form, Durability options, Disk disk) throws IOException {
        durable = DurableLogs.open(replicated, form, options, disk);
        collector.useIfAnyExpires();
    }

    /** Returns the store's log on disk, or null. */
    public @Nullable DurableLog durable() {
        return durable;
    }

    /** Waits until some writes are on the disk, if the store has one and promises so. */
    public void awaitDurable(LogIndexes indexes) {
        if (durable != null) {
            durable.awaitDurable(indexes);
        }
    }

    /** Waits until all that the calling thread has read is on the disk, if the store has one and promises so. */
    private void awaitSeen() {
        if (durable != null) {
            durable.awaitSeen();
        }
    }

    /** Returns the replicated structure, unless the calling thread runs a procedure. */
    public ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated() {
        refuseInProcedure();
        return replicated;
    }

    /** Returns the collector of expired entries. */
    public ExpiryCollector collector() {
        return collector;
    }

    /** Returns the creator of writes. */
    public StoreWrites writes() {
        return writes;
    }

    // ---- procedures ----

    /**
     * Runs a procedure that writes, and returns its answer. The call carries the time, since the procedure may ask for
     * it.
     *
     * @param name the name under which the procedure is registered; null for a function that is not
     */
    public @Nullable Object transact(
            @Nullable String name, ProcedureBody body, byte @Nullable [] argument, ProcedureKeys keys) {
        if (name == null && durable != null) {
            throw new IllegalStateException("a procedure of a durable store must be registered: procedure=a function "
                    + "without a name; pass a Procedure to the builder's procedure(...), and call it");
        }
        keys.forEachNamed(writes::prefetch);
        ProcedureWrite update = new ProcedureWrite(name, body, argument, keys, collector.timeOfProcedure());
        try {
            return write(update);
        } finally {
            if (update.isExpiring()) {
                collector.use();
            }
        }
    }

    /** Marks the calling thread as inside a procedure, until the caller clears the mark. */
    public ReentrancyGuard.Mark enterProcedure() {
        return procedures.enter(ThreadIds.current());
    }

    /**
     * Checks that the calling thread is not inside a procedure of this store. The replicas would refuse such a call
     * too. But a feed also runs procedures, on a thread that is inside no replica.
     *
     * @throws IllegalStateException if it is
     */
    public void refuseInProcedure() {
        if (procedures.isInside(ThreadIds.current())) {
            throw new IllegalStateException("a procedure must not call back into its store: thread="
                    + Thread.currentThread().getName() + "; use the transaction that it receives");
        }
    }

    // ---- writes ----

    /** Returns the time that a write carries if it makes no entry expire. */
    public long timeOfWrite() {
        return collector.timeOfWrite();
    }

    /**
     * Returns the time that a write carries.
     *
     * @param expiring whether the write makes an entry expire
     */
    public long timeOfWrite(boolean expiring) {
        if (expiring) {
            collector.use();
        }
        return collector.timeOfWrite();
    }

    /** Submits a write and returns its answer. */
    public @Nullable Object write(Update update) {
        refuseInProcedure();
        Object answer = durable == null ? replicated.executeMut(update) : writeDurably(durable, update);
        update.written();
        collector.wake();
        return answer;
    }

    private static @Nullable Object writeDurably(DurableLog durable, Update update) {
        try {
            return durable.write(update);
        } catch (NotDurableException e) {
            if (!e.isApplied()) {
                update.written(); // it was not even submitted
            }
            throw e;
        }
    }

    /** Submits a write whose answer is a value, and returns the value. */
    public byte @Nullable [] value(Update update) {
        return Answers.bytesOf(write(update));
    }

    /**
     * Submits writes of another store, with the times that they carry. One that replaces all goes alone, since it
     * becomes the base of a log on disk; the others go as one.
     */
    public void replay(List<Update> updates) {
        refuseInProcedure();
        if (durable != null) {
            durable.requireWritable();
        }
        collector.use(); // some of them may make entries expire
        int from = 0;
        for (int i = 0; i < updates.size(); i++) {
            if (updates.get(i) instanceof ReplaceAll) {
                submit(updates.subList(from, i));
                submit(updates.subList(i, i + 1));
                from = i + 1;
            }
        }
        submit(updates.subList(from, updates.size()));
        if (durable != null) {
            durable.awaitWritten();
        }
        collector.wake();
    }

    private void submit(List<Update> updates) {
        try {
            replicated.executeMutAll(updates);
        } catch (BatchFailedException e) {
            // All were applied. Those that threw threw in the other store too, and changed nothing.
        }
    }

    /** Submits a write whose answer is whether it did something. */
    public boolean isDone(Update update) {
        return Boolean.TRUE.equals(write(update));
    }

    /** Submits a write whose answer is a number. */
    public long number(Update update) {
        return (Long) Objects.requireNonNull(write(update));
    }

    // ---- reads ----

    /** Returns the value of a key, or null if there is none. */
    public byte @Nullable [] get(byte[] key) {
        return Answers.bytesOf(answer(key));
    }

    /** Returns the value of a key as the replica answers it: it may be one in a file. */
    @Nullable
    Object answer(byte[] key) {
        refuseInProcedure();
        Object answer = replicated.execute(new Get(key));
        while (answer == StoreReplica.DUE) {
            collector.collect(key.clone());
            answer = replicated.execute(new Get(key));
        }
        awaitSeen();
        return answer;
    }

    /** Returns the values of some keys at one moment. */
    public List<byte @Nullable []> multiGet(List<byte[]> keys) {
        return Answers.allBytesOf(read(new MultiGet(keys)));
    }

    /** Returns when a key expires, in milliseconds since 1970; null if there is no entry. */
    public @Nullable Long expiry(byte[] key) {
        refuseInProcedure();
        Object answer = replicated.execute(new GetExpiry(key));
        while (answer == StoreReplica.DUE) {
            collector.collect(key.clone());
            answer = replicated.execute(new GetExpiry(key));
        }
        awaitSeen();
        return (Long) answer;
    }

    /** Answers a query. The query answers {@link StoreReplica#DUE} if it finds a due entry. */
    // The query determines the type of its answer. A type parameter of the query would be one more thing to get wrong.
    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
    public <T> T read(Query query) {
        refuseInProcedure();
        Object answer = replicated.execute(query);
        while (answer == StoreReplica.DUE) {
            collector.collect();
            answer = replicated.execute(query);
        }
        awaitSeen();
        return (T) answer;
    }

    /** Answers a read in which every entry counts, so that none may be due. */
    public <T> T ofAll(Function<Contents, T> function) {
        return read(replica -> replica.isAnyDue() ? StoreReplica.DUE : function.apply(replica.contents()));
    }

    /**
     * Returns the key that has {@code rank} keys before it.
     *
     * @throws IndexOutOfBoundsException if {@code rank} is negative, or there are not that many keys
     */
    public byte[] keyAt(long rank) {
        Object answer = ofAll(contents -> {
            byte[] key = contents.select(rank);
            return key == null ? (Object) contents.count() : key;
        });
        if (answer instanceof byte[] key) {
            return key;
        }
        throw noSuchRank(rank, (Long) answer);
    }

    /** Returns the exception for a rank that no key has. */
    public static IndexOutOfBoundsException noSuchRank(long rank, long size) {
        return new IndexOutOfBoundsException("a rank must be at least 0 and less than size(): rank=" + rank + " size="
                + size + "; ask with a smaller rank");
    }

    /**
     * Returns the number of entries of a range, and the sum of their hashes in four limbs.
     *
     * @throws IllegalStateException if fingerprints are off
     */
    public long[] countAndSum(byte @Nullable [] low, byte @Nullable [] end) {
        if (hasher == null) {
            throw new IllegalStateException("fingerprints must be on to ask for one: fingerprints=false; "
                    + "call fingerprints(true) in the builder");
        }
        return ofAll(contents -> contents.countAndSum(low, end));
    }

    // ---- the whole ----

    /** Takes a snapshot in which no entry is due. Returns it with the number of writes of each log that it contains. */
    public CnrSnapshot<@Nullable Contents> snapshot() {
        refuseInProcedure();
        while (true) {
            CnrSnapshot<@Nullable Contents> taken =
                    replicated.snapshot((StoreReplica replica) -> replica.isAnyDue() ? null : replica.snapshot());
            if (taken.state() != null) {
                awaitSeen();
                return taken;
            }
            collector.collect();
        }
    }

    /** Replaces the contents by those of a snapshot, after the whole snapshot was read and checked. */
    public void restore(InputStream in, Limits limits, Shape shape, BlockInput.Damage damage) throws IOException {
        Restore restore = new Restore(writes, replicated.logs(), shape);
        // A due entry must not enter the store: see ExpiryCollector.timeOfWrite.
        Contents contents = restore.read(new BlockInput(in, limits, damage), clock.millis());
        if (contents.minExpiry() != Totals.NEVER) {
            collector.use();
        }
        write(new ReplaceAll(contents));
        restore.written();
    }

    /** Ends all service. */
    public void close() {
        refuseInProcedure();
        if (durable != null) {
            durable.stopSnapshots();
        }
        replicated.close();
        collector.stop();
        if (durable != null) {
            durable.close();
        }
    }
}
