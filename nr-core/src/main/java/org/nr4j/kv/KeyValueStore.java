package org.nr4j.kv;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.FollowerOptions;
import org.nr4j.NodeReplicated;
import org.nr4j.WaitStrategy;
import org.nr4j.cnr.CnrFollower;
import org.nr4j.cnr.CnrSnapshot;
import org.nr4j.cnr.CnrStats;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.Cut;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.DurableStats;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.FileDisk;
import org.nr4j.kv.internal.durable.DurableLog;
import org.nr4j.kv.internal.durable.StoreForm;
import org.nr4j.kv.internal.encoding.WriteDecoder;
import org.nr4j.kv.internal.encoding.WriteEncoder;
import org.nr4j.kv.internal.expiry.ExpiryCollector;
import org.nr4j.kv.internal.feed.ChangeFeeds;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.op.Increment;
import org.nr4j.kv.internal.op.Updates.CompareAndSet;
import org.nr4j.kv.internal.op.Updates.Remove;
import org.nr4j.kv.internal.op.Updates.RemoveIf;
import org.nr4j.kv.internal.op.Updates.RemoveRange;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.procedure.ProcedureKeys;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.Query;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.segment.FileNames;
import org.nr4j.kv.internal.store.StoreAccess;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.tree.Totals;
import org.nr4j.kv.replication.EncodedWriteConsumer;
import org.nr4j.kv.replication.EncodedWrites;
import org.nr4j.kv.transaction.Procedure;
import org.nr4j.kv.transaction.ReadTransaction;
import org.nr4j.kv.transaction.Transaction;
import org.nr4j.topology.NumaTopology;

/**
 * An ordered store of keys and values, replicated over NUMA nodes. Keys and values are bytes. Any byte sequence is a
 * key, even the empty one. Keys are ordered as unsigned bytes.
 *
 * <pre>{@code
 * try (KeyValueStore store = KeyValueStore.builder().build()) {
 *     store.put(key, value);
 *     store.set(session, data, Expiry.after(Duration.ofMinutes(30)));
 *     List<Entry> page = store.scan(KeyRange.prefix(prefix), ScanOrder.ASCENDING, 100);
 *     long n = store.count(KeyRange.atLeast(a).below(b));
 *     store.transact(List.of(from, to), tx -> tx.put(to, tx.remove(from)));
 * }
 * }</pre>
 *
 * <p><b>Every operation is linearizable</b>: all of it takes effect at one instant between its call and its return.
 * That includes scans, counts, batches and procedures, over any number of keys. <b>Threads</b>: any thread may use the
 * store. The promises of {@link NodeReplicated} on progress and memory hold here, too. <b>Arrays</b> are copied on
 * their way in. The arrays that the store returns are the caller's own.
 *
 * <p><b>Expiry</b>. An entry exists before its instant and is gone from it on, by the store's clock. No read shows or
 * counts an entry whose instant had come when the read began. Only the log decides when an entry goes: each write
 * carries the time of its call. A read that finds a due entry has a write remove it, and then reads again. So all
 * replicas agree, and no reader sees an entry come back.
 *
 * <p>A background thread removes entries that nobody reads. It starts with the first entry that expires. It ends when
 * the store is closed, or when the program has dropped the store.
 *
 * <p><b>Logs</b>. By default, writes take turns. If the store is built with {@linkplain Builder#logs several logs},
 * keys are spread over the logs by their hashes, and writes to keys of different logs run in parallel. All promises
 * still hold.
 *
 * <p><b>Bad arguments</b> (null, too long, ranges that no key can be in) cause an exception in the call itself. They
 * have no effect.
 *
 * <p>Each replica keeps keys and values in pages of its own memory. All replicas share values longer than 2048 bytes. A
 * durable store can keep long values {@linkplain Durability#valuesOnDisk on the disk only}. Then methods that return
 * values, or compare them, may throw {@link UncheckedIOException}. A write that answers the value before may do so
 * after it has taken effect.
 *
 * <p>Closing ends all service. Snapshots stay usable.
 */
public final class KeyValueStore implements AutoCloseable {
    private final StoreAccess access;
    private final ChangeFeeds<Change> feeds;
    private final Limits limits;
    private final Shape shape;
    private final Transactions transactions;
    private final WriteDecoder decoder;

    private KeyValueStore(Builder builder) {
        EntryHasher hasher = builder.fingerprints ? new EntryHasher(builder.fingerprintKey) : null;
        this.limits = new Limits(builder.maxKeyLength, builder.maxValueLength);
        this.shape = builder.shape == null ? Shape.standard(builder.fingerprints) : builder.shape;
        this.access = new StoreAccess(
                builder.replicas(shape, hasher), builder.clock, hasher, builder.expiryInterval, builder.expiryThreads);
        this.transactions = new Transactions(access, limits, builder.procedures);
        StoreForm form = new StoreForm(builder.logs, shape, hasher, transactions::bodyOf);
        this.decoder = form.decoder(limits);
        if (builder.durability != null) {
            open(builder.durability, builder.disk, form);
        }
        this.feeds = new ChangeFeeds<>(
                access.replicated(), builder.listenerOptions, gate(access.durable()), access.collector(), Change::of);
    }

    /** Does not refer to the store, so that a feed keeps no store that the program has dropped. */
    private static Consumer<LogIndexes> gate(@Nullable DurableLog durable) {
        return durable == null ? indexes -> {} : durable::awaitDurable;
    }

    private void open(Durability durability, @Nullable Disk disk, StoreForm form) {
        boolean opened = false;
        try {
            access.open(
                    form,
                    durability,
                    disk == null ? FileDisk.open(durability.directory(), FileNames::requireOurs) : disk);
            opened = true;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "a durable store must be able to open its log: directory=" + durability.directory() + " problem="
                            + e.getMessage(),
                    e);
        } finally {
            if (!opened) {
                access.close();
            }
        }
    }

    /** Starts building a store. */
    public static Builder builder() {
        return new Builder();
    }

    // ---- one key ----

    /** Returns the value of a key, or null if there is none. */
    public byte @Nullable [] get(byte[] key) {
        return access.get(limits.check(key));
    }

    /** Whether a key exists. */
    public boolean contains(byte[] key) {
        return access.expiry(limits.check(key)) != null;
    }

    /** Puts a value that does not expire. Returns the value before, or null if there was none. */
    public byte @Nullable [] put(byte[] key, byte[] value) {
        return put(key, value, Expiry.never());
    }

    /** Puts a value that expires. Returns the value before, or null if there was none. */
    public byte @Nullable [] put(byte[] key, byte[] value, Expiry expiry) {
        return access.value(putting(key, value, expiry, When.ALWAYS, /* answersOld= */ true));
    }

    /** Puts a value that does not expire. Cheaper than {@link #put}, since it fetches nothing. */
    public void set(byte[] key, byte[] value) {
        set(key, value, Expiry.never());
    }

    /** Puts a value that expires. */
    public void set(byte[] key, byte[] value, Expiry expiry) {
        access.write(putting(key, value, expiry, When.ALWAYS, /* answersOld= */ false));
    }

    /** Puts a value that does not expire, if the key has none. Returns the value that the key has already, or null. */
    public byte @Nullable [] putIfAbsent(byte[] key, byte[] value) {
        return putIfAbsent(key, value, Expiry.never());
    }

    /** Puts a value that expires, if the key has none. Returns the value that the key has already, or null. */
    public byte @Nullable [] putIfAbsent(byte[] key, byte[] value, Expiry expiry) {
        return access.value(putting(key, value, expiry, When.ABSENT, /* answersOld= */ true));
    }

    private Update putting(byte[] key, byte[] value, Expiry expiry, When when, boolean answersOld) {
        byte[] ownKey = limits.key(key);
        byte[] ownValue = limits.value(value);
        long now = timeOfWrite(expiry);
        return access.writes().put(ownKey, ownValue, expiry.from(now), when, answersOld, now);
    }

    /**
     * Replaces an expected value by one that does not expire.
     *
     * @return whether the key had the expected value; if not, nothing changes
     */
    public boolean compareAndSet(byte[] key, byte[] expected, byte[] value) {
        return compareAndSet(key, expected, value, Expiry.never());
    }

    /** As {@link #compareAndSet(byte[], byte[], byte[])}, with a value that expires. */
    public boolean compareAndSet(byte[] key, byte[] expected, byte[] value, Expiry expiry) {
        byte[] ownKey = limits.key(key);
        byte[] ownExpected = limits.value(expected);
        byte[] ownValue = limits.value(value);
        long now = timeOfWrite(expiry);
        long instant = expiry.from(now);
        long[] hash = access.writes().hash(ownKey, ownValue, instant);
        access.writes().prefetch(ownKey);
        return access.isDone(new CompareAndSet(ownKey, ownExpected, ownValue, instant, hash, now));
    }

    /** Removes a key. Returns the value before, or null if there was none. */
    public byte @Nullable [] remove(byte[] key) {
        return access.value(new Remove(limits.key(key), access.timeOfWrite()));
    }

    /** Removes a key. Returns whether it existed. Cheaper than {@link #remove(byte[])}, since it fetches nothing. */
    public boolean delete(byte[] key) {
        return access.isDone(new RemoveIf(limits.key(key), null, access.timeOfWrite()));
    }

    /** Removes a key if it has an expected value. Returns whether it had. */
    public boolean remove(byte[] key, byte[] expected) {
        byte[] ownKey = limits.key(key);
        byte[] ownExpected = limits.value(expected);
        access.writes().prefetch(ownKey);
        return access.isDone(new RemoveIf(ownKey, ownExpected, access.timeOfWrite()));
    }

    /**
     * Adds to the number under a key. A number is 64 bits in 8 bytes, the highest first: see {@link #encode}. A missing
     * number counts as 0. The entry's expiry stays.
     *
     * @return the new number
     * @throws ArithmeticException if the sum does not fit; the number stays as it is
     * @throws IllegalStateException if the value does not have 8 bytes; it stays as it is
     */
    public long increment(byte[] key, long delta) {
        return access.number(new Increment(limits.key(key), delta, access.timeOfWrite()));
    }

    /** Returns the value that {@link #increment} reads as this number. */
    public static byte[] encode(long number) {
        return Increment.encode(number);
    }

    /**
     * Returns the number in a value that {@link #encode} or {@link #increment} created.
     *
     * @throws IllegalArgumentException if the value does not have 8 bytes
     */
    public static long decode(byte[] value) {
        return Increment.decodeWritten(value);
    }

    /** Returns when an entry expires; empty if it does not, or if there is no entry. */
    public Optional<Instant> expiry(byte[] key) {
        return Expiry.instant(access.expiry(limits.check(key)));
    }

    /** Changes when an entry expires; {@link Expiry#never} makes it stay. Returns whether the entry exists. */
    public boolean setExpiry(byte[] key, Expiry expiry) {
        byte[] ownKey = limits.key(key);
        long now = timeOfWrite(expiry);
        return access.isDone(access.writes().setExpiry(ownKey, expiry.from(now), now));
    }

    // ---- several keys ----

    /**
     * Returns the values of several keys at one instant, in the order of the keys. The value of a missing key is null.
     */
    public List<byte @Nullable []> multiGet(List<byte[]> keys) {
        if (keys == null) {
            throw new NullPointerException("a list of keys must not be null: keys=null; pass an empty list for none");
        }
        keys.forEach(limits::check);
        return access.multiGet(keys);
    }

    /**
     * Applies the operations of a batch together, if all its conditions hold.
     *
     * @return whether all conditions held, and what each operation answered; if not, nothing changes
     * @throws ArithmeticException as {@link #increment}; then nothing changes
     * @throws IllegalStateException as {@link #increment}; then nothing changes
     */
    public AtomicBatch.Answers apply(AtomicBatch batch) {
        if (batch == null) {
            throw new NullPointerException("a batch must not be null: batch=null; pass new AtomicBatch() for none");
        }
        return AtomicBatch.Answers.of(
                access.write(batch.build(limits, access.writes(), access.timeOfWrite(batch.isExpiring()))));
    }

    /** Removes all keys of a range. Returns how many there were. */
    public long removeRange(KeyRange range) {
        KeyRange.require(range);
        return access.number(new RemoveRange(range.low(), range.end(), access.timeOfWrite()));
    }

    // ---- procedures ----

    /**
     * Runs a procedure that may use all keys, as one write: at one instant, all or nothing.
     *
     * <pre>{@code
     * long rank = store.transact(tx -> {
     *     tx.set(key, value);
     *     return tx.rank(key);
     * });
     * }</pre>
     *
     * <p>If the procedure throws, nothing changes, and this call throws the same. A {@link VirtualMachineError} puts
     * the replica on which it occurs out of service, as in {@link Dispatch#dispatchMut}; the other replicas go on.
     *
     * <p><b>The procedure is deterministic</b>, as {@link Procedure} says: each replica runs it, and the store runs it
     * once more for listeners. It must not call the store, nor let another thread use the transaction.
     *
     * @return what the procedure returned on the caller's replica
     * @throws IllegalStateException as {@link NodeReplicated#executeMut}
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // the answer is what the procedure returned, perhaps null
    public <R extends @Nullable Object> R transact(Function<? super Transaction, ? extends R> procedure) {
        return (R) transactions.write(ProcedureKeys.ALL, procedure);
    }

    /**
     * As {@link #transact(Function)}, for a procedure that uses these keys only. If the store has several logs, it runs
     * beside writes to keys of other logs. With one log, it may use no other keys either.
     *
     * @throws IllegalArgumentException if the procedure uses another key, and lets the exception through
     * @throws IllegalStateException as {@link #transact(Function)}, and as above for ranges, counts and ranks
     */
    @SuppressWarnings({"unchecked", "NullAway"})
    public <R extends @Nullable Object> R transact(
            Collection<byte[]> keys, Function<? super Transaction, ? extends R> procedure) {
        return (R) transactions.write(transactions.keys(keys), procedure);
    }

    /**
     * Calls a {@linkplain Builder#procedure registered} procedure. As {@link #transact(Function)} if it writes, as
     * {@link #read(Function)} if it only reads.
     *
     * @throws IllegalArgumentException if the store has not registered the procedure
     * @throws RuntimeException if a codec or the function that names the keys throws it; then nothing changes
     */
    public <A, R> @Nullable R transact(Procedure<A, R> procedure, @Nullable A argument) {
        return transactions.call(procedure, argument);
    }

    /**
     * Runs a procedure that only reads, at one instant. It runs on the caller's replica, beside other reads, and is in
     * no log. If it meets an entry that has expired, it runs again once the entry is removed.
     */
    @SuppressWarnings({"unchecked", "NullAway"})
    public <R extends @Nullable Object> R read(Function<? super ReadTransaction, ? extends R> procedure) {
        return (R) transactions.read(ProcedureKeys.ALL, procedure);
    }

    /** As {@link #read(Function)}, for a procedure that uses these keys only. Looks at the logs of these keys only. */
    @SuppressWarnings({"unchecked", "NullAway"})
    public <R extends @Nullable Object> R read(
            Collection<byte[]> keys, Function<? super ReadTransaction, ? extends R> procedure) {
        return (R) transactions.read(transactions.keys(keys), procedure);
    }

    // ---- order ----

    /**
     * Returns all entries of a range at one instant, ascending. {@link #iterator} walks a large range without a copy.
     */
    public List<Entry> scan(KeyRange range) {
        return scan(range, ScanOrder.ASCENDING, Integer.MAX_VALUE);
    }

    /**
     * Returns the first entries of a range at one instant, up to a limit.
     *
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public List<Entry> scan(KeyRange range, ScanOrder order, int limit) {
        KeyRange.require(range);
        ScanOrder.require(order);
        ScanOrder.requireLimit(limit);
        return scan(range.low(), range.end(), order == ScanOrder.DESCENDING, limit);
    }

    private List<Entry> scan(byte @Nullable [] low, byte @Nullable [] end, boolean descending, int limit) {
        List<Entry> found = access.read(replica -> {
            List<Entry> entries = new ArrayList<>(Math.min(limit, 128));
            Object due = replica.scan(low, end, descending, limit, Entry.into(entries));
            return due == null ? entries : due;
        });
        return Entry.withValues(found);
    }

    /**
     * Returns an iterator over a range as it is at the call, without copying it: see {@link KeyValueSnapshot}. The
     * iterator is for one thread. It cannot remove.
     */
    public Iterator<Entry> iterator(KeyRange range, ScanOrder order) {
        KeyRange.require(range);
        ScanOrder.require(order);
        Contents contents = access.read(replica -> replica.isAnyDue() ? StoreReplica.DUE : replica.snapshot());
        return KeyValueSnapshot.iterator(contents, range, order);
    }

    /** Returns the entry with the lowest key; null if there is none. */
    public @Nullable Entry first() {
        return nearest(null, null, /* descending= */ false);
    }

    /** Returns the entry with the highest key; null if there is none. */
    public @Nullable Entry last() {
        return nearest(null, null, /* descending= */ true);
    }

    /** Returns the entry with the highest key that is not greater than {@code key}; null if there is none. */
    public @Nullable Entry floor(byte[] key) {
        return nearest(null, KeyRange.successor(limits.check(key)), /* descending= */ true);
    }

    /** Returns the entry with the lowest key that is not less than {@code key}; null if there is none. */
    public @Nullable Entry ceiling(byte[] key) {
        return nearest(limits.check(key), null, /* descending= */ false);
    }

    /** Returns the entry with the highest key that is less than {@code key}; null if there is none. */
    public @Nullable Entry lower(byte[] key) {
        return nearest(null, limits.check(key), /* descending= */ true);
    }

    /** Returns the entry with the lowest key that is greater than {@code key}; null if there is none. */
    public @Nullable Entry higher(byte[] key) {
        return nearest(KeyRange.successor(limits.check(key)), null, /* descending= */ false);
    }

    private @Nullable Entry nearest(byte @Nullable [] low, byte @Nullable [] end, boolean descending) {
        List<Entry> found = scan(low, end, descending, 1);
        return found.isEmpty() ? null : found.get(0);
    }

    /** Returns the number of keys in a range. Takes O(log n). */
    public long count(KeyRange range) {
        KeyRange.require(range);
        return access.ofAll(contents -> contents.count(range.low(), range.end()));
    }

    /** Returns how many keys are less than {@code key}, which need not exist. Takes O(log n). */
    public long rank(byte[] key) {
        limits.check(key);
        return access.ofAll(contents -> contents.rank(key));
    }

    /**
     * Returns the key that has {@code rank} keys before it. Takes O(log n).
     *
     * @throws IndexOutOfBoundsException if {@code rank} is negative, or there are not that many keys
     */
    public byte[] keyAt(long rank) {
        return access.keyAt(rank);
    }

    /** Returns the number of entries. Takes O(1). */
    public long size() {
        return access.ofAll(Contents::count);
    }

    /** Returns the number of bytes of all keys and values. Takes O(1). */
    public long bytes() {
        return access.ofAll(Contents::bytes);
    }

    /** Returns the earliest instant at which an entry expires; empty if none does. Takes O(1). */
    public Optional<Instant> nextExpiry() {
        long millis = access.ofAll(Contents::minExpiry);
        return millis == Totals.NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /**
     * Returns the fingerprint of a range, over keys, values and instants of expiry. Takes O(log n).
     *
     * @throws IllegalStateException if the store keeps no fingerprints
     */
    public Fingerprint fingerprint(KeyRange range) {
        KeyRange.require(range);
        return Fingerprint.of(access.countAndSum(range.low(), range.end()));
    }

    // ---- snapshots ----

    /**
     * Returns the contents at the call. Takes O(1), in the turn of a writer. Later writes copy the pages that they
     * change.
     */
    public KeyValueSnapshot snapshot() {
        CnrSnapshot<@Nullable Contents> taken = access.snapshot();
        return new KeyValueSnapshot(taken.indexes(), Objects.requireNonNull(taken.state()), limits);
    }

    /**
     * Writes the contents at the call to a stream, while reads and writes go on. Flushes the stream, and does not close
     * it.
     *
     * @throws IOException if the stream throws it; the part written by then is unusable
     */
    public void writeSnapshot(OutputStream out) throws IOException {
        snapshot().writeTo(out);
    }

    /**
     * Replaces the contents by those of a snapshot, at one instant, after the whole snapshot was read and checked.
     * Leaves out entries that are due. Reads only to the snapshot's end, and does not close the stream.
     *
     * @throws SnapshotFormatException if the stream is not a snapshot, or is damaged or incomplete, or has keys or
     *     values beyond this store's limits; then nothing changes
     * @throws IOException if the stream throws it; then nothing changes
     */
    public void restore(InputStream in) throws IOException {
        if (in == null) {
            throw new NullPointerException("a stream must not be null: in=null; pass an open stream");
        }
        access.restore(in, limits, shape, SnapshotFormatException::new);
    }

    // ---- changes ----

    /**
     * Lets a listener receive every change in a range. It receives the changes by all writes that begin after this
     * call, and perhaps by some in progress. It receives each change once, shortly after the write. It receives the
     * changes of one log, and so of one key, in their order.
     *
     * <p>A writer waits for listeners only if they are {@linkplain Builder#listenerOptions too far behind}. One thread
     * calls all listeners of a store, one after the other. A listener with much work should pass it to another thread.
     *
     * <p>While there are listeners, the store keeps a copy of the contents. The copy shares the pages that have not
     * changed since the first listener was added.
     *
     * <p>To copy the contents elsewhere, add a listener first. Then take a {@link #snapshot}, and leave out changes
     * that the snapshot {@linkplain KeyValueSnapshot#includes includes}.
     *
     * @throws IllegalStateException as {@link NodeReplicated#execute}
     */
    public ChangeSubscription listen(KeyRange range, ChangeListener listener) {
        KeyRange.require(range);
        access.refuseInProcedure();
        return ChangeSubscription.start(feeds, range, listener);
    }

    // ---- copies elsewhere ----

    /**
     * Returns how many writes each log has had.
     *
     * @throws IllegalStateException as {@link NodeReplicated#execute}
     */
    public LogIndexes indexes() {
        return replicated().indexes();
    }

    /**
     * Lets a consumer receive every write as bytes: all that begin after this call, and perhaps some in progress. Keeps
     * no copy of the contents.
     *
     * <p>A write by a function without a name has no bytes ({@link #transact(Function)}); it ends the follower with an
     * {@link IllegalStateException}. Use registered procedures.
     *
     * @return the follower; it ends when it is closed, when the consumer throws, or with the store
     * @throws IllegalStateException as {@link NodeReplicated#execute}
     */
    public CnrFollower follow(EncodedWriteConsumer consumer, FollowerOptions options) {
        requireConsumer(consumer);
        return replicated().follow(cut -> pass(cut, consumer), options);
    }

    /**
     * Takes a snapshot and follows from there, in one step. A copy that starts with the snapshot and replays all writes
     * has the contents of this store.
     *
     * @param consumer creates the consumer from the snapshot, which may have due entries; called once, on this thread
     * @throws IllegalStateException as {@link NodeReplicated#execute}
     */
    public CnrFollower followSnapshot(
            Function<? super KeyValueSnapshot, ? extends EncodedWriteConsumer> consumer, FollowerOptions options) {
        if (consumer == null) {
            throw new NullPointerException("a function must not be null: consumer=null; return a consumer from it");
        }
        return replicated()
                .followSnapshot(
                        (StoreReplica replica) -> replica.snapshot(),
                        taken -> {
                            access.awaitDurable(taken.indexes());
                            KeyValueSnapshot snapshot = new KeyValueSnapshot(taken.indexes(), taken.state(), limits);
                            EncodedWriteConsumer made = requireConsumer(consumer.apply(snapshot));
                            return cut -> pass(cut, made);
                        },
                        options);
    }

    private static EncodedWriteConsumer requireConsumer(@Nullable EncodedWriteConsumer consumer) {
        return Objects.requireNonNull(consumer, "a consumer must not be null: consumer=null; pass one that receives");
    }

    private void pass(Cut<Update> cut, EncodedWriteConsumer consumer) throws Exception {
        List<byte[]> writes =
                cut.operations().stream().map(WriteEncoder::encode).toList();
        access.awaitDurable(cut.after());
        consumer.accept(new EncodedWrites(cut.before(), cut.after(), writes));
    }

    /**
     * Applies writes of another store, as one write, in their order. Each has the effect that it had there, if this
     * store had the same contents: it carries its own time. A write that threw there changes nothing here, either. A
     * write that restored a snapshot is applied by itself, after those before it.
     *
     * <p>A store removes entries that are due by its own {@linkplain Builder#clock clock}. A copy whose clock is ahead
     * of the writes that it has replayed may remove an entry that a later one of them makes stay. So give a copy a
     * clock that stands still, long ago, until the copy takes over. Then only the writes that it replays remove
     * entries.
     *
     * @param writes as a consumer of the other store received them
     * @throws IllegalArgumentException if the bytes are no write, or name a procedure that is not registered here, or a
     *     key or value is longer than the limits; then nothing changes
     * @throws IllegalStateException as {@link NodeReplicated#executeMut}
     */
    public void replay(List<byte[]> writes) {
        if (writes == null) {
            throw new NullPointerException(
                    "a list of writes must not be null: writes=null; pass an empty one for none");
        }
        access.replay(writes.stream().map(decoder::decode).toList());
    }

    // ---- the instance ----

    /** Returns the number of replicas. */
    public int replicas() {
        return replicated().replicas();
    }

    /**
     * Adds a replica on a node and returns its number; see {@link NodeReplicated#addReplica}. The copy shares the pages
     * that neither replica has changed since, so writers wait only briefly.
     */
    public int addReplica(int node) {
        return replicated().addReplica(node);
    }

    /** Removes a replica; see {@link NodeReplicated#removeReplica}. */
    public void removeReplica(int replica) {
        replicated().removeReplica(replica);
    }

    /** See {@link NodeReplicated#sync}. Concerns the replicas in memory, not the disk of a durable store. */
    public void sync() {
        replicated().sync();
    }

    /**
     * Returns how many entries the store has removed since it was built, for they had expired. Those that a write
     * replaces do not count. One that several threads find at once may count twice.
     */
    public long expiredEntries() {
        return access.collector().collected();
    }

    /** See {@link ConcurrentNodeReplicated#stats}. */
    public CnrStats stats() {
        return replicated().stats();
    }

    /**
     * Returns what a durable store has done on its disk.
     *
     * @throws IllegalStateException if the store is not durable
     */
    public DurableStats durableStats() {
        return requireDurable().stats();
    }

    /**
     * Whether the log on disk has some writes. With {@link org.nr4j.kv.durable.SyncPolicy#ALWAYS} they are on the disk.
     * True for a store without a log on disk.
     *
     * @param writes what {@link #indexes} has answered after these writes
     */
    public boolean isDurable(LogIndexes writes) {
        DurableLog durable = access.durable();
        return durable == null || durable.isDurable(writes);
    }

    /**
     * Waits for the disk without a thread: see {@link Durability#awaited}. A thread of the store completes the future,
     * so what follows it must be short.
     *
     * @return completes once {@link #isDurable} is true; with a {@link org.nr4j.kv.durable.NotDurableException} if the
     *     log failed before
     */
    public CompletableFuture<@Nullable Void> whenDurable(LogIndexes writes) {
        DurableLog durable = access.durable();
        return durable == null ? CompletableFuture.completedFuture(null) : durable.whenDurable(writes);
    }

    /**
     * Puts all writes so far on the disk, whatever the policy.
     *
     * @return completes once they are there, with an exception if the log has failed
     * @throws IllegalStateException if the store is not durable
     */
    public CompletableFuture<@Nullable Void> persist() {
        return requireDurable().persist();
    }

    /**
     * Starts a snapshot in the background that replaces the log so far, however short it is.
     *
     * @return completes once the snapshot is on the disk; with an exception if it failed, and then the log stays
     * @throws IllegalStateException if the store is not durable
     */
    public CompletableFuture<@Nullable Void> rewriteLog() {
        return requireDurable().rewrite();
    }

    private DurableLog requireDurable() {
        DurableLog durable = access.durable();
        if (durable == null) {
            throw new IllegalStateException(
                    "a store must be durable to have a log: durable=false; call durable(...) in the builder");
        }
        return durable;
    }

    /**
     * See {@link NodeReplicated#close}. A durable store first puts its last writes on the disk, whatever its policy.
     *
     * @throws org.nr4j.kv.durable.NotDurableException if the disk of a durable store does not have all its writes
     */
    @Override
    public void close() {
        access.close();
    }

    /** Returns the replicated structure. */
    ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated() {
        return access.replicated();
    }

    private long timeOfWrite(Expiry expiry) {
        Expiry.require(expiry);
        return access.timeOfWrite(!expiry.isNever());
    }

    /** Builds a {@link KeyValueStore}. One thread at a time may use it. It can be used again. */
    public static final class Builder {
        /** The default of {@link #maxKeyLength}. */
        public static final int DEFAULT_MAX_KEY_LENGTH = 1 << 10;

        /** The default of {@link #maxValueLength}. */
        public static final int DEFAULT_MAX_VALUE_LENGTH = 1 << 24;

        /** The default of {@link #expiryInterval}. */
        public static final Duration DEFAULT_EXPIRY_INTERVAL = Duration.ofMillis(100);

        private static final int MOST_LOGS = 256;

        private final List<Consumer<ConcurrentNodeReplicated.Builder<Query, Update, @Nullable Object>>> options =
                new ArrayList<>();
        private int logs = 1;
        private int maxKeyLength = DEFAULT_MAX_KEY_LENGTH;
        private int maxValueLength = DEFAULT_MAX_VALUE_LENGTH;
        private boolean fingerprints;
        private byte @Nullable [] fingerprintKey;
        private InstantSource clock = InstantSource.system();
        private Duration expiryInterval = DEFAULT_EXPIRY_INTERVAL;
        private FollowerOptions listenerOptions = FollowerOptions.defaults().name("change-listeners");
        private final Map<String, Procedure<?, ?>> procedures = new LinkedHashMap<>();
        private @Nullable Durability durability;
        private @Nullable Disk disk;
        private @Nullable Shape shape;
        private ThreadFactory expiryThreads = ExpiryCollector::newThread;

        private Builder() {}

        /** See {@link NodeReplicated.Builder#replicas}. */
        public Builder replicas(int replicas) {
            return option(builder -> builder.replicas(replicas));
        }

        /**
         * Sets the number of logs; by default one. Keys are spread over the logs by their hashes, and writes to keys of
         * different logs run in parallel. The cost of an operation on one key does not depend on the number of logs. An
         * operation on a range, or on all keys, costs more with more logs.
         *
         * @throws IllegalArgumentException if not from 1 to 256
         */
        public Builder logs(int logs) {
            this.logs = Limits.requireFromTo("logs", logs, MOST_LOGS);
            return this;
        }

        /** See {@link NodeReplicated.Builder#logCapacity}. */
        public Builder logCapacity(int entries) {
            return option(builder -> builder.logCapacity(entries));
        }

        /** See {@link NodeReplicated.Builder#topology}. */
        public Builder topology(NumaTopology topology) {
            return option(builder -> builder.topology(topology));
        }

        /** See {@link NodeReplicated.Builder#waitStrategy}. */
        public Builder waitStrategy(WaitStrategy waitStrategy) {
            return option(builder -> builder.waitStrategy(waitStrategy));
        }

        /** See {@link NodeReplicated.Builder#executor}. */
        public Builder executor(Executor executor) {
            return option(builder -> builder.executor(executor));
        }

        private Builder option(Consumer<ConcurrentNodeReplicated.Builder<Query, Update, @Nullable Object>> option) {
            // The option is tried at once, so that this call refuses a bad value.
            option.accept(of(() -> new StoreReplica(1, Shape.standard(false), clock, null)));
            options.add(option);
            return this;
        }

        private static ConcurrentNodeReplicated.Builder<Query, Update, @Nullable Object> of(
                Supplier<StoreReplica> replicas) {
            return ConcurrentNodeReplicated.builder(replicas, Query::logs, Update::logs);
        }

        private ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicas(
                Shape shape, @Nullable EntryHasher hasher) {
            int logs = this.logs; // a builder can be used again
            InstantSource clock = this.clock;
            ConcurrentNodeReplicated.Builder<Query, Update, @Nullable Object> replicas = of(() ->
                            new StoreReplica(logs, shape, clock, hasher))
                    .logs(logs)
                    .copier((StoreReplica replica) -> replica.copy());
            options.forEach(option -> option.accept(replicas));
            return replicas.build();
        }

        /**
         * Sets how many bytes a key may have.
         *
         * @throws IllegalArgumentException if not from 1 to 65535
         */
        public Builder maxKeyLength(int bytes) {
            this.maxKeyLength = Limits.requireFromTo("maxKeyLength", bytes, Limits.LONGEST_KEY);
            return this;
        }

        /**
         * Sets how many bytes a value may have.
         *
         * @throws IllegalArgumentException if not from 1 to 2^30
         */
        public Builder maxValueLength(int bytes) {
            this.maxValueLength = Limits.requireFromTo("maxValueLength", bytes, Limits.LONGEST_VALUE);
            return this;
        }

        /**
         * Sets whether the store keeps what {@link KeyValueStore#fingerprint} needs; by default it does not. The cost
         * is a SHA-256 of each entry written, and 32 bytes for each entry in each replica.
         */
        public Builder fingerprints(boolean fingerprints) {
            this.fingerprints = fingerprints;
            return this;
        }

        /**
         * Turns fingerprints on, with HMAC-SHA256 under a secret key as the hash. Stores can be compared only if they
         * have the same key.
         *
         * <p>Without a key, an adversary who chooses the contents can, with effort, write different contents with equal
         * fingerprints. With a key, only an adversary who knows the key can.
         *
         * @throws IllegalArgumentException if the key has less than 16 bytes
         */
        public Builder fingerprintKey(byte[] secret) {
            if (secret == null || secret.length < 16) {
                throw new IllegalArgumentException("a fingerprint key must have 16 bytes or more: length="
                        + (secret == null ? "none" : secret.length) + "; use 32 random bytes");
            }
            this.fingerprints = true;
            this.fingerprintKey = secret.clone();
            return this;
        }

        /**
         * Sets the clock for expiry; by default {@link InstantSource#system}. It should not go back. If it does,
         * removed entries stay removed, and the others stay longer.
         */
        public Builder clock(InstantSource clock) {
            this.clock = Objects.requireNonNull(
                    clock, "clock must not be null: pass InstantSource.system() or leave it out");
            return this;
        }

        /**
         * Sets how often the store removes due entries that nobody reads. This decides when their memory is free, not
         * when they disappear.
         *
         * @throws IllegalArgumentException if not from 1 ms to 1 day
         */
        public Builder expiryInterval(Duration interval) {
            if (interval == null
                    || interval.compareTo(Duration.ofMillis(1)) < 0
                    || interval.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("expiryInterval must be from 1 ms to 1 day: expiryInterval="
                        + interval + "; leave it out for " + DEFAULT_EXPIRY_INTERVAL.toMillis() + " ms");
            }
            this.expiryInterval = interval;
            return this;
        }

        /**
         * Sets how the listeners of a store follow its writes: on which thread, and how far they may be behind. Also
         * sets whether writers then wait, or the store drops all listeners. The default is
         * {@link FollowerOptions#defaults}, with a name.
         */
        public Builder listenerOptions(FollowerOptions options) {
            this.listenerOptions = Objects.requireNonNull(
                    options, "options must not be null: pass FollowerOptions.defaults() or leave it out");
            return this;
        }

        /**
         * Registers a procedure, so that {@link KeyValueStore#transact(Procedure, Object)} can call it.
         *
         * @throws IllegalArgumentException if a procedure of that name is registered
         */
        public Builder procedure(Procedure<?, ?> procedure) {
            Objects.requireNonNull(procedure, "a procedure must not be null: procedure=null; leave it out");
            if (procedures.putIfAbsent(procedure.name(), procedure) != null) {
                throw new IllegalArgumentException("each procedure must have a name of its own: name="
                        + procedure.name() + "; register it once, or give it another name");
            }
            return this;
        }

        /**
         * Keeps the store in a directory, with {@link SyncPolicy#ALWAYS}; see {@link #durable(Durability)}.
         *
         * @param directory created if it does not exist
         */
        public Builder durable(Path directory) {
            return durable(Durability.in(directory));
        }

        /**
         * Keeps the store in a directory. {@link #build} reads what an earlier store has left there, and throws {@link
         * UncheckedIOException} if it cannot. One store at a time may have the directory.
         *
         * <p>A durable store runs registered {@linkplain #procedure procedures} only. They must stay as they are, as
         * long as the log has calls of them.
         */
        public Builder durable(Durability options) {
            this.durability = Objects.requireNonNull(
                    options, "options must not be null: pass Durability.in(directory), or leave them out");
            return this;
        }

        /** For tests: the disk of the durable store. */
        Builder disk(Disk disk) {
            this.disk = disk;
            return this;
        }

        /** For tests: the measures of the trees' nodes. */
        Builder shape(Shape shape) {
            this.shape = shape;
            return this;
        }

        /** For tests: creates the thread that collects expired entries. */
        Builder expiryThreads(ThreadFactory threads) {
            this.expiryThreads = threads;
            return this;
        }

        /**
         * Builds the replicas and the store.
         *
         * @throws UncheckedIOException if the directory of a durable store cannot be read or written, is in use, or has
         *     something else. The cause says more. If the log is damaged, it is a {@link
         *     org.nr4j.kv.durable.DamagedLogException}, and nothing has changed on the disk
         */
        public KeyValueStore build() {
            return new KeyValueStore(this);
        }
    }
}
