package org.nr4j.kv;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.FollowerOptions;
import org.nr4j.NodeReplicated;
import org.nr4j.WaitStrategy;
import org.nr4j.cnr.CnrSnapshot;
import org.nr4j.cnr.CnrStats;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.contents.ContentsBuilder;
import org.nr4j.kv.internal.op.Increment;
import org.nr4j.kv.internal.op.Queries.Get;
import org.nr4j.kv.internal.op.Queries.GetExpiry;
import org.nr4j.kv.internal.op.Queries.MultiGet;
import org.nr4j.kv.internal.op.SetExpiry;
import org.nr4j.kv.internal.op.Updates.CompareAndSet;
import org.nr4j.kv.internal.op.Updates.Put;
import org.nr4j.kv.internal.op.Updates.Remove;
import org.nr4j.kv.internal.op.Updates.RemoveIf;
import org.nr4j.kv.internal.op.Updates.RemoveRange;
import org.nr4j.kv.internal.op.Updates.ReplaceAll;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.Query;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.topology.NumaTopology;

/**
 * An ordered store of keys and values, both bytes, replicated over NUMA nodes. Keys are ordered as unsigned bytes; any bytes are a key, also none.
 *
 * <pre>{@code
 * try (KeyValueStore store = KeyValueStore.builder().build()) {
 *     store.put(key, value);
 *     store.set(session, data, Expiry.after(Duration.ofMinutes(30)));
 *     List<Entry> page = store.scan(KeyRange.prefix(prefix), ScanOrder.ASCENDING, 100);
 *     long n = store.count(KeyRange.atLeast(a).below(b));
 * }
 * }</pre>
 *
 * <p><b>Every operation is linearizable</b>: it takes effect at one instant between its call and its return, all of it. That includes scans, counts and batches, over any number of keys. <b>Threads</b>: any, as for {@link NodeReplicated}, whose
 * promises on progress and memory hold here too. <b>Arrays</b> are copied on their way in, and those handed out are the caller's own.
 *
 * <p><b>Expiry</b>. An entry is there before its instant and gone from it on, by the store's clock as the operation reads it after it was called; no read shows or counts one whose
 * instant had come when the read began. When an entry goes is decided in the log only: each write carries the time that it was called at, and a read that finds an entry due has it removed by a write of its own and then reads
 * again. So all replicas agree, and no reader sees an entry come back, however the clocks of threads differ. Entries that nobody reads are removed in the background.
 *
 * <p><b>Logs</b>. Writes take turns, unless the store is built with {@linkplain Builder#logs several logs}: then keys are spread over these by their hashes, and writes to keys of different logs run side by side. All promises stay as they are.
 *
 * <p><b>Bad arguments</b> (null, too long, ranges that no key can be in) get an exception from the call itself, and have no effect.
 *
 * <p>Each replica keeps keys and values in pages of its own memory; values longer than 2048 bytes are shared by all. Closing ends all service; it leaves snapshots usable.
 */
public final class KeyValueStore implements AutoCloseable {
    private final ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated;
    private final ExpiryCollector collector;
    private final Limits limits;
    private final @Nullable EntryHasher hasher;
    private final Shape shape;
    private final InstantSource clock;
    private final FollowerOptions listenerOptions;

    /** The last feed that was started. */
    private final AtomicReference<@Nullable ChangeFeed> feed = new AtomicReference<>();

    private KeyValueStore(Builder builder) {
        this.limits = new Limits(builder.maxKeyLength, builder.maxValueLength);
        this.hasher = builder.fingerprints ? new EntryHasher(builder.fingerprintKey) : null;
        this.shape = builder.shape == null ? Shape.standard(builder.fingerprints) : builder.shape;
        this.clock = builder.clock;
        this.listenerOptions = builder.listenerOptions;
        int logs = builder.logs;
        ConcurrentNodeReplicated.Builder<Query, Update, @Nullable Object> replicas = Builder.of(
                        () -> new StoreReplica(logs, shape, clock, hasher))
                .logs(logs)
                .copier((StoreReplica replica) -> replica.copy());
        builder.options.forEach(option -> option.accept(replicas));
        this.replicated = replicas.build();
        this.collector = new ExpiryCollector(replicated, clock, builder.expiryInterval, builder.expiryThreads);
    }

    /** Starts building a store. */
    public static Builder builder() {
        return new Builder();
    }

    // ---- one key ----

    /** The value of a key, null if there is none. */
    public byte @Nullable [] get(byte[] key) {
        limits.check(key);
        Object answer = replicated.execute(new Get(key));
        while (answer == StoreReplica.DUE) {
            collector.collect(limits.key(key));
            answer = replicated.execute(new Get(key));
        }
        return (byte[]) answer;
    }

    /** Whether there is a key. */
    public boolean contains(byte[] key) {
        return expiryMillis(key) != null;
    }

    /** Puts a value that stays. Returns the value before, null if there was none. */
    public byte @Nullable [] put(byte[] key, byte[] value) {
        return put(key, value, Expiry.never());
    }

    /** Puts a value that goes. Returns the value before, null if there was none. */
    public byte @Nullable [] put(byte[] key, byte[] value, Expiry expiry) {
        return (byte[]) put(key, value, expiry, When.ALWAYS, /* answersOld= */ true);
    }

    /** Puts a value that stays. Cheaper than {@link #put}, since it fetches nothing. */
    public void set(byte[] key, byte[] value) {
        set(key, value, Expiry.never());
    }

    /** Puts a value that goes. */
    public void set(byte[] key, byte[] value, Expiry expiry) {
        put(key, value, expiry, When.ALWAYS, /* answersOld= */ false);
    }

    /** Puts a value that stays, if there is none. Returns the value that there is already, null if it was put. */
    public byte @Nullable [] putIfAbsent(byte[] key, byte[] value) {
        return putIfAbsent(key, value, Expiry.never());
    }

    /** Puts a value that goes, if there is none. Returns the value that there is already, null if it was put. */
    public byte @Nullable [] putIfAbsent(byte[] key, byte[] value, Expiry expiry) {
        return (byte[]) put(key, value, expiry, When.ABSENT, /* answersOld= */ true);
    }

    private @Nullable Object put(byte[] key, byte[] value, Expiry expiry, When when, boolean answersOld) {
        byte[] ownKey = limits.key(key);
        byte[] ownValue = limits.value(value);
        long now = timeOfWrite(expiry);
        long instant = expiry.from(now);
        long[] hash = hasher == null ? null : hasher.hash(ownKey, ownValue, instant);
        return write(new Put(ownKey, ownValue, instant, hash, when, answersOld, now));
    }

    /**
     * Puts a value, that stays, in the place of an expected one.
     *
     * @param expected the value there must be
     * @return whether it was there; if not, nothing changes
     */
    public boolean compareAndSet(byte[] key, byte[] expected, byte[] value) {
        return compareAndSet(key, expected, value, Expiry.never());
    }

    /** As {@link #compareAndSet(byte[], byte[], byte[])}, of a value that goes. */
    public boolean compareAndSet(byte[] key, byte[] expected, byte[] value, Expiry expiry) {
        byte[] ownKey = limits.key(key);
        byte[] ownExpected = limits.value(expected);
        byte[] ownValue = limits.value(value);
        long now = timeOfWrite(expiry);
        long instant = expiry.from(now);
        long[] hash = hasher == null ? null : hasher.hash(ownKey, ownValue, instant);
        return isTrue(write(new CompareAndSet(ownKey, ownExpected, ownValue, instant, hash, now)));
    }

    /** Removes a key. Returns the value there was, null if there was none. */
    public byte @Nullable [] remove(byte[] key) {
        return (byte[]) write(new Remove(limits.key(key), collector.timeOfWrite()));
    }

    /** Removes a key. Returns whether it was there. Cheaper than {@link #remove(byte[])}, since it fetches nothing. */
    public boolean delete(byte[] key) {
        return isTrue(write(new RemoveIf(limits.key(key), null, collector.timeOfWrite())));
    }

    /** Removes a key if it has an expected value. Returns whether it had. */
    public boolean remove(byte[] key, byte[] expected) {
        return isTrue(write(new RemoveIf(limits.key(key), limits.value(expected), collector.timeOfWrite())));
    }

    /**
     * Adds to the number under a key: 64 bits in 8 bytes, the highest first, see {@link #encode}. A missing one counts as 0. When the entry expires does not change.
     *
     * @return the new number
     * @throws ArithmeticException if the sum does not fit; the number stays as it is
     * @throws IllegalStateException if the value does not have 8 bytes; it stays as it is
     */
    public long increment(byte[] key, long delta) {
        return longOf(write(new Increment(limits.key(key), delta, collector.timeOfWrite())));
    }

    /** The value under which {@link #increment} finds a number. */
    public static byte[] encode(long number) {
        return Increment.encode(number);
    }

    /**
     * The number that {@link #encode} made a value of.
     *
     * @throws IllegalArgumentException if the value does not have 8 bytes
     */
    public static long decode(byte[] value) {
        if (value.length != Long.BYTES) {
            throw new IllegalArgumentException("a number must have 8 bytes: length=" + value.length
                    + "; decode only what encode or increment has written");
        }
        return Increment.decode(value);
    }

    /** When an entry expires; empty if it stays, or is not there. */
    public Optional<Instant> expiry(byte[] key) {
        Long millis = expiryMillis(key);
        return millis == null || millis == Expiry.NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private @Nullable Long expiryMillis(byte[] key) {
        limits.check(key);
        Object answer = replicated.execute(new GetExpiry(key));
        while (answer == StoreReplica.DUE) {
            collector.collect(limits.key(key));
            answer = replicated.execute(new GetExpiry(key));
        }
        return (Long) answer;
    }

    /** Changes when an entry expires; {@link Expiry#never} makes it stay. Returns whether there is such an entry. */
    public boolean setExpiry(byte[] key, Expiry expiry) {
        byte[] ownKey = limits.key(key);
        long now = timeOfWrite(expiry);
        return isTrue(write(new SetExpiry(ownKey, expiry.from(now), now)));
    }

    // ---- several keys ----

    /** The values of several keys, all at one instant; null for those there are not. In the order of the keys. */
    public List<byte @Nullable []> multiGet(List<byte[]> keys) {
        if (keys == null) {
            throw new NullPointerException("a list of keys must not be null: keys=null; pass an empty list for none");
        }
        keys.forEach(limits::check);
        return read(new MultiGet(keys));
    }

    /**
     * Applies the writes of a batch together if all its conditions hold.
     *
     * @return whether they did; if not, nothing changes
     * @throws ArithmeticException as {@link #increment}; then nothing changes
     * @throws IllegalStateException as {@link #increment}; then nothing changes
     */
    public boolean apply(AtomicBatch batch) {
        if (batch == null) {
            throw new NullPointerException("a batch must not be null: batch=null; pass new AtomicBatch() for none");
        }
        if (batch.isExpiring()) {
            collector.use();
        }
        return isTrue(write(batch.build(limits, hasher, collector.timeOfWrite())));
    }

    /**
     * Removes all keys of a range.
     *
     * @return how many there were
     */
    public long removeRange(KeyRange range) {
        requireRange(range);
        return longOf(write(new RemoveRange(range.low(), range.end(), collector.timeOfWrite())));
    }

    // ---- order ----

    /** All entries of a range at one instant, in ascending order. For ranges larger than one wants to copy there is {@link #iterator}. */
    public List<Entry> scan(KeyRange range) {
        return scan(range, ScanOrder.ASCENDING, Integer.MAX_VALUE);
    }

    /**
     * The first entries of a range at one instant.
     *
     * @param limit how many at most
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public List<Entry> scan(KeyRange range, ScanOrder order, int limit) {
        requireRange(range);
        requireOrder(order);
        if (limit < 0) {
            throw new IllegalArgumentException(
                    "a limit must not be negative: limit=" + limit + "; leave it out for no limit");
        }
        return read(replica -> {
            List<Entry> entries = new ArrayList<>(Math.min(limit, 128));
            Object due = replica.scan(
                    range.low(),
                    range.end(),
                    order == ScanOrder.DESCENDING,
                    limit,
                    (bytes, start, keyLength, valueLength, large, expiry) ->
                            entries.add(new Entry(bytes, start, keyLength, valueLength, large, expiry)));
            return due == null ? entries : due;
        });
    }

    /** Goes through a range as it is at the call, without copying it: see {@link KeyValueSnapshot}. The iterator is for one thread; it cannot remove. */
    public Iterator<Entry> iterator(KeyRange range, ScanOrder order) {
        requireRange(range);
        requireOrder(order);
        Contents contents = read(replica -> replica.isAnyDue() ? StoreReplica.DUE : replica.snapshot());
        return KeyValueSnapshot.iterator(contents, range, order);
    }

    /** The entry with the lowest key; null if there is none. */
    public @Nullable Entry first() {
        return nearest(null, null, /* descending= */ false);
    }

    /** The entry with the highest key; null if there is none. */
    public @Nullable Entry last() {
        return nearest(null, null, /* descending= */ true);
    }

    /** The entry with the highest key that is not greater than {@code key}; null if there is none. */
    public @Nullable Entry floor(byte[] key) {
        return nearest(null, KeyRange.successor(limits.check(key)), /* descending= */ true);
    }

    /** The entry with the lowest key that is not less than {@code key}; null if there is none. */
    public @Nullable Entry ceiling(byte[] key) {
        return nearest(limits.check(key), null, /* descending= */ false);
    }

    /** The entry with the highest key that is less than {@code key}; null if there is none. */
    public @Nullable Entry lower(byte[] key) {
        return nearest(null, limits.check(key), /* descending= */ true);
    }

    /** The entry with the lowest key that is greater than {@code key}; null if there is none. */
    public @Nullable Entry higher(byte[] key) {
        return nearest(KeyRange.successor(limits.check(key)), null, /* descending= */ false);
    }

    private @Nullable Entry nearest(byte @Nullable [] low, byte @Nullable [] end, boolean descending) {
        List<Entry> found = read(replica -> {
            List<Entry> entries = new ArrayList<>(1);
            Object due = replica.scan(
                    low,
                    end,
                    descending,
                    1,
                    (bytes, start, keyLength, valueLength, large, expiry) ->
                            entries.add(new Entry(bytes, start, keyLength, valueLength, large, expiry)));
            return due == null ? entries : due;
        });
        return found.isEmpty() ? null : found.get(0);
    }

    /** How many keys of a range there are. Takes O(log n). */
    public long count(KeyRange range) {
        requireRange(range);
        return ofAll(contents -> contents.count(range.low(), range.end()));
    }

    /** How many keys are less than {@code key}, which need not be there. Takes O(log n). */
    public long rank(byte[] key) {
        limits.check(key);
        return ofAll(contents -> contents.rank(key));
    }

    /**
     * The key that has {@code rank} keys before it. Takes O(log n).
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
        throw new IndexOutOfBoundsException("a rank must be at least 0 and less than size(): rank=" + rank + " size="
                + answer + "; ask with a smaller rank");
    }

    /** How many entries there are. Takes O(1). */
    public long size() {
        return ofAll(Contents::count);
    }

    /** The bytes of all keys and values. Takes O(1). */
    public long bytes() {
        return ofAll(Contents::bytes);
    }

    /**
     * The fingerprint of a range: of keys, values and instants of expiry. Takes O(log n).
     *
     * @throws IllegalStateException if the store keeps no fingerprints
     */
    public Fingerprint fingerprint(KeyRange range) {
        requireRange(range);
        if (hasher == null) {
            throw new IllegalStateException(
                    "fingerprints must be on to ask for one: fingerprints=false; call fingerprints(true) in the builder");
        }
        return ofAll(contents -> Fingerprint.of(contents.countAndSum(range.low(), range.end())));
    }

    // ---- snapshots ----

    /** The contents as they are now. Takes O(1), by the turn of a writer; later writes copy the pages that they change. */
    public KeyValueSnapshot snapshot() {
        while (true) {
            CnrSnapshot<@Nullable Contents> taken =
                    replicated.snapshot((StoreReplica replica) -> replica.isAnyDue() ? null : replica.snapshot());
            Contents contents = taken.state();
            if (contents != null) {
                return new KeyValueSnapshot(taken.indexes(), contents, limits);
            }
            collector.collect();
        }
    }

    /**
     * Writes the contents as they are now to a stream, while reads and writes go on. Flushes it, and does not close it.
     *
     * @throws IOException if the stream throws it; what has been written until then is of no use
     */
    public void writeSnapshot(OutputStream out) throws IOException {
        snapshot().writeTo(out);
    }

    /**
     * Replaces the contents by those of a snapshot, at one instant, after all of it has been read and checked. Entries whose instant has come are left out. Reads no further than the snapshot's end, and does not close the stream.
     *
     * @throws SnapshotFormatException if the stream is something else, damaged, not complete, or has keys or values beyond this store's limits; then nothing changes
     * @throws IOException if the stream throws it; then nothing changes
     */
    public void restore(InputStream in) throws IOException {
        if (in == null) {
            throw new NullPointerException("a stream must not be null: in=null; pass an open stream");
        }
        ContentsBuilder builder = new ContentsBuilder(replicated.logs(), shape);
        BlockInput input = new BlockInput(in, limits);
        long now = clock.millis();
        while (input.next()) {
            if (input.expiry() <= now) {
                continue; // see ExpiryCollector.timeOfWrite: nothing comes in that is due already
            }
            long[] hash = hasher == null ? null : hasher.hash(input.key(), input.value(), input.expiry());
            builder.add(input.key(), input.value(), input.expiry(), hash);
        }
        Contents contents = builder.build();
        if (contents.minExpiry() != Expiry.NEVER) {
            collector.use();
        }
        write(new ReplaceAll(contents));
    }

    // ---- changes ----

    /**
     * Lets a listener hear of every change in a range: of all writes that begin after this call, and perhaps of some under way. It hears of each change once, shortly after; of those of one log in its order, so in any case of those of one key.
     *
     * <p>Listeners do not hold up writers, save one that is {@linkplain Builder#listenerOptions too far behind}. All listeners of a store are called by one thread, one after the other: one that has much to do should hand it on. While there are listeners the
     * store keeps the contents once more, less the pages that have not changed since the first one came.
     *
     * <p>A copy of the contents elsewhere starts with a listener, then takes a {@link #snapshot}, and leaves out changes that it {@linkplain KeyValueSnapshot#includes includes}.
     *
     * @throws IllegalStateException as {@link NodeReplicated#execute}
     */
    public ChangeSubscription listen(KeyRange range, ChangeListener listener) {
        requireRange(range);
        if (listener == null) {
            throw new NullPointerException(
                    "a listener must not be null: listener=null; pass what is to hear of changes");
        }
        while (true) {
            ChangeFeed current = feed.get();
            ChangeSubscription subscription = current == null ? null : current.subscribe(range, listener);
            if (subscription != null) {
                return subscription;
            }
            startFeed(current);
        }
    }

    /** Puts a new feed in the place of one that is over. Without a lock: it may have to wait for writers, and they for a listener that is in here too. */
    private void startFeed(@Nullable ChangeFeed over) {
        ChangeFeed started = ChangeFeed.start(replicated, listenerOptions, collector);
        Throwable failure = started.failure();
        if (failure != null) {
            throw new IllegalStateException(
                    "listeners must be able to start: listenerOptions=" + listenerOptions + "; see the cause", failure);
        }
        if (!feed.compareAndSet(over, started)) {
            started.discard(); // another thread was faster
        }
    }

    // ---- the instance ----

    /** How many replicas there are. */
    public int replicas() {
        return replicated.replicas();
    }

    /** Adds a replica on a node and returns its number; see {@link NodeReplicated#addReplica}. The copy shares the pages that neither has changed since, so that writers hardly wait. */
    public int addReplica(int node) {
        return replicated.addReplica(node);
    }

    /** Removes a replica; see {@link NodeReplicated#removeReplica}. */
    public void removeReplica(int replica) {
        replicated.removeReplica(replica);
    }

    /** See {@link NodeReplicated#sync}. */
    public void sync() {
        replicated.sync();
    }

    /** See {@link ConcurrentNodeReplicated#stats}. */
    public CnrStats stats() {
        return replicated.stats();
    }

    /** See {@link NodeReplicated#close}. */
    @Override
    public void close() {
        replicated.close();
        collector.stop();
    }

    /** For tests. */
    ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated() {
        return replicated;
    }

    private long timeOfWrite(Expiry expiry) {
        requireExpiry(expiry);
        if (!expiry.isNever()) {
            collector.use();
        }
        return collector.timeOfWrite();
    }

    private @Nullable Object write(Update update) {
        Object answer = replicated.executeMut(update);
        collector.wake();
        return answer;
    }

    // The query says what it answers; a type in its place would be one more thing to be wrong.
    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
    private <T> T read(Query query) {
        Object answer = replicated.execute(query);
        while (answer == StoreReplica.DUE) {
            collector.collect();
            answer = replicated.execute(query);
        }
        return (T) answer;
    }

    /** A read for which every entry counts, so that none may be due. */
    private <T> T ofAll(Function<Contents, T> function) {
        return read(replica -> replica.isAnyDue() ? StoreReplica.DUE : function.apply(replica.contents()));
    }

    private static boolean isTrue(@Nullable Object answer) {
        return Boolean.TRUE.equals(answer);
    }

    private static long longOf(@Nullable Object answer) {
        return (Long) Objects.requireNonNull(answer);
    }

    static void requireRange(KeyRange range) {
        if (range == null) {
            throw new NullPointerException("a range must not be null: range=null; use KeyRange.all()");
        }
    }

    static void requireOrder(ScanOrder order) {
        if (order == null) {
            throw new NullPointerException("an order must not be null: order=null; use ScanOrder.ASCENDING");
        }
    }

    static void requireExpiry(Expiry expiry) {
        if (expiry == null) {
            throw new NullPointerException("an expiry must not be null: expiry=null; use Expiry.never()");
        }
    }

    /** Builds a {@link KeyValueStore}. For one thread at a time; can be used again. */
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
        private @Nullable Shape shape;
        private ThreadFactory expiryThreads = ExpiryCollector::newThread;

        private Builder() {}

        /** See {@link NodeReplicated.Builder#replicas}. */
        public Builder replicas(int replicas) {
            return option(builder -> builder.replicas(replicas));
        }

        /**
         * How many logs; by default one. Keys are spread over the logs by their hashes, and writes to keys of different logs run side by side. What looks at one key costs the same however many there are; what looks at a range, or at all keys, costs more the more
         * there are.
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
            // Tried at once, so that a bad value is refused here.
            option.accept(of(() -> new StoreReplica(1, Shape.standard(false), clock, null)));
            options.add(option);
            return this;
        }

        private static ConcurrentNodeReplicated.Builder<Query, Update, @Nullable Object> of(
                Supplier<StoreReplica> replicas) {
            return ConcurrentNodeReplicated.builder(replicas, Query::logs, Update::logs);
        }

        /**
         * How many bytes a key may have.
         *
         * @throws IllegalArgumentException if not from 1 to 65535
         */
        public Builder maxKeyLength(int bytes) {
            this.maxKeyLength = Limits.requireFromTo("maxKeyLength", bytes, Limits.LONGEST_KEY);
            return this;
        }

        /**
         * How many bytes a value may have.
         *
         * @throws IllegalArgumentException if not from 1 to 2^30
         */
        public Builder maxValueLength(int bytes) {
            this.maxValueLength = Limits.requireFromTo("maxValueLength", bytes, Limits.LONGEST_VALUE);
            return this;
        }

        /** Whether {@link KeyValueStore#fingerprint} can be asked; by default not. Costs a SHA-256 of each entry written, and 32 bytes an entry in each replica. */
        public Builder fingerprints(boolean fingerprints) {
            this.fingerprints = fingerprints;
            return this;
        }

        /**
         * Turns fingerprints on, with HMAC-SHA256 under a secret key as the hash. Without one, somebody who chooses what is written can, with effort, write different contents with equal fingerprints; with a key only those who know it
         * can. Stores compare only if they have the same key.
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

        /** What tells the time for expiry; by default {@link InstantSource#system}. Should not go back: entries whose instant had come by then stay away, others stay longer. */
        public Builder clock(InstantSource clock) {
            this.clock = Objects.requireNonNull(
                    clock, "clock must not be null: pass InstantSource.system() or leave it out");
            return this;
        }

        /**
         * How often entries that are due and that nobody reads are removed. Decides when their memory is free, not when they can be seen.
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
         * How the listeners of a store follow its writes: on which thread, how far they may be behind, and whether then writers wait or all listeners are dropped. By default {@link FollowerOptions#defaults}, with a name.
         */
        public Builder listenerOptions(FollowerOptions options) {
            this.listenerOptions = Objects.requireNonNull(
                    options, "options must not be null: pass FollowerOptions.defaults() or leave it out");
            return this;
        }

        /** For tests: other nodes. */
        Builder shape(Shape shape) {
            this.shape = shape;
            return this;
        }

        /** For tests: the thread that collects expired entries. */
        Builder expiryThreads(ThreadFactory threads) {
            this.expiryThreads = threads;
            return this;
        }

        /** Builds the replicas and the store. */
        public KeyValueStore build() {
            return new KeyValueStore(this);
        }
    }
}
