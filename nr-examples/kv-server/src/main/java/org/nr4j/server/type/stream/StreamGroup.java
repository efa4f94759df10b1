package org.nr4j.server.type.stream;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.type.ElementMap;
import org.nr4j.server.type.ElementMap.Element;

/**
 * A group of consumers of a stream. A pending entry was delivered to a consumer, and is not acknowledged. It is under
 * its id twice: among those of the group, and among those of its consumer.
 */
public final class StreamGroup {
    /** The number of entries that the group has read, if it cannot be told. */
    public static final long UNKNOWN = -1;

    /** The time of a consumer that no entry was delivered to. */
    public static final long NEVER = -1;

    private static final byte[] EMPTY = {};

    private final StreamData stream;
    private final byte[] name;
    private final ElementMap consumers;
    private final ElementMap pending;
    private StreamId lastId;
    private long entriesRead;

    /** Creates a group that has read up to an id. {@link #save} puts it into the stream. */
    public StreamGroup(StreamData stream, byte[] name, StreamId lastId, long entriesRead) {
        this.stream = stream;
        this.name = name;
        this.lastId = lastId;
        this.entriesRead = entriesRead;
        this.consumers = stream.elementsOf('c', name);
        this.pending = stream.elementsOf('p', name);
    }

    static StreamGroup decode(StreamData stream, byte[] name, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        return new StreamGroup(stream, name, StreamId.take(in), in.getLong());
    }

    byte[] encode() {
        return ByteBuffer.allocate(StreamId.LENGTH + Long.BYTES)
                .put(lastId.encode())
                .putLong(entriesRead)
                .array();
    }

    /** Makes the position of the group last. */
    public void save() {
        stream.putGroup(this);
    }

    void clear() {
        for (Consumer consumer : consumers()) {
            pendingOf(consumer.name()).clear();
        }
        consumers.clear();
        pending.clear();
    }

    // ---- position ----

    /** Returns the name. */
    public byte[] name() {
        return name;
    }

    /** Returns the highest id that was delivered. */
    public StreamId lastId() {
        return lastId;
    }

    /** Returns how many entries of the stream have been read; {@link #UNKNOWN} if it cannot be told. */
    public long entriesRead() {
        return entriesRead;
    }

    /** Sets the position. */
    public void moveTo(StreamId id, long read) {
        lastId = id;
        entriesRead = read;
    }

    /** Notes that the entry of an id is delivered, so the position is no lower. */
    public void advanceTo(StreamId id) {
        if (id.compareTo(lastId) <= 0) {
            return;
        }
        if (entriesRead != UNKNOWN && !hasDeletedFrom(id)) {
            entriesRead++;
        } else if (stream.entriesAdded() != 0) {
            entriesRead = readUpTo(id);
        }
        lastId = id;
    }

    /** Returns how many entries are still to be read; null if it cannot be told. */
    public @Nullable Long lag() {
        if (stream.entriesAdded() == 0) {
            return 0L;
        }
        boolean counts = entriesRead != UNKNOWN && !hasDeletedFrom(lastId);
        long read = counts ? entriesRead : readUpTo(lastId);
        return read == UNKNOWN ? null : (Long) (stream.entriesAdded() - read);
    }

    /** Whether an entry of an id, or of a higher one, may have been deleted from among the others. */
    private boolean hasDeletedFrom(StreamId id) {
        StreamId deleted = stream.maxDeletedId();
        return !stream.isEmpty()
                && !deleted.isZero()
                && deleted.compareTo(stream.firstEntryId()) >= 0
                && id.compareTo(deleted) <= 0;
    }

    /** Returns how many of the entries ever added are up to an id; {@link #UNKNOWN} if deletions hide it. */
    private long readUpTo(StreamId id) {
        long added = stream.entriesAdded();
        int afterLast = id.compareTo(stream.lastId());
        if (afterLast == 0 || (stream.isEmpty() && afterLast < 0)) {
            return added;
        }
        StreamId first = stream.firstEntryId();
        boolean whole = stream.maxDeletedId().isZero() || stream.maxDeletedId().compareTo(first) < 0;
        int afterFirst = id.compareTo(first);
        if (afterLast > 0 || !whole || afterFirst > 0) {
            return UNKNOWN;
        }
        return added - stream.size() + (afterFirst == 0 ? 1 : 0);
    }

    // ---- consumers ----

    /**
     * A consumer.
     *
     * @param seen when it last asked, in milliseconds since 1970
     * @param active when entries were last delivered to it; {@link #NEVER} if none were
     */
    public record Consumer(byte[] name, long seen, long active) {
        private static Consumer decode(byte[] name, byte[] value) {
            ByteBuffer in = ByteBuffer.wrap(value);
            return new Consumer(name, in.getLong(), in.getLong());
        }

        private byte[] encode() {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(seen)
                    .putLong(active)
                    .array();
        }
    }

    /** Returns the number of consumers. */
    public long consumerCount() {
        return consumers.size();
    }

    /** Returns all consumers, in the order of their names. */
    public List<Consumer> consumers() {
        List<Consumer> all = new ArrayList<>();
        for (Element element : consumers.all()) {
            all.add(Consumer.decode(element.name(), element.value()));
        }
        return all;
    }

    /** Returns a consumer, or null. */
    public @Nullable Consumer consumer(byte[] consumer) {
        byte[] value = consumers.get(consumer);
        return value == null ? null : Consumer.decode(consumer, value);
    }

    /** Notes that a consumer asks. Creates it if it is new. Returns whether it is. */
    public boolean see(byte[] consumer, long now) {
        Consumer before = consumer(consumer);
        putConsumer(new Consumer(consumer, now, before == null ? NEVER : before.active));
        return before == null;
    }

    /** Notes that entries are delivered to a consumer. Creates it if it is new. */
    public void activate(byte[] consumer, long now) {
        putConsumer(new Consumer(consumer, now, now));
    }

    /** Puts a consumer as it is. */
    public void restore(Consumer consumer) {
        consumers.put(consumer.name, consumer.encode());
    }

    private void putConsumer(Consumer consumer) {
        if (!consumers.contains(consumer.name)) {
            stream.event("xgroup-createconsumer");
        }
        restore(consumer);
    }

    /** Removes a consumer with its pending entries. Returns how many of these there were. */
    public long removeConsumer(byte[] consumer) {
        if (consumers.contains(consumer)) {
            stream.event("xgroup-delconsumer");
        }
        List<Element> ids = pendingOf(consumer).all();
        for (Element id : ids) {
            pending.remove(id.name());
        }
        pendingOf(consumer).clear();
        consumers.remove(consumer);
        return ids.size();
    }

    // ---- pending entries ----

    /**
     * An entry that was delivered and is not acknowledged.
     *
     * @param delivered when it was last delivered, in milliseconds since 1970
     * @param deliveries how often it was delivered
     */
    public record Pending(StreamId id, byte[] consumer, long delivered, long deliveries) {
        private static Pending decode(StreamId id, byte[] value) {
            ByteBuffer in = ByteBuffer.wrap(value);
            long delivered = in.getLong();
            long deliveries = in.getLong();
            byte[] consumer = new byte[in.remaining()];
            in.get(consumer);
            return new Pending(id, consumer, delivered, deliveries);
        }

        private byte[] encode() {
            return ByteBuffer.allocate(2 * Long.BYTES + consumer.length)
                    .putLong(delivered)
                    .putLong(deliveries)
                    .put(consumer)
                    .array();
        }
    }

    private ElementMap pendingOf(byte[] consumer) {
        return stream.elementsOf('q', name, consumer);
    }

    /** Returns the number of pending entries. */
    public long pendingCount() {
        return pending.size();
    }

    /** Returns the number of pending entries of a consumer. */
    public long pendingCount(byte[] consumer) {
        return pendingOf(consumer).size();
    }

    /** Returns the pending entry of an id, or null. */
    public @Nullable Pending pending(StreamId id) {
        byte[] value = pending.get(id.encode());
        return value == null ? null : Pending.decode(id, value);
    }

    /** Returns the lowest id of a pending entry, or null. */
    public @Nullable StreamId firstPending() {
        Element first = pending.first();
        return first == null ? null : StreamId.decode(first.name());
    }

    /** Returns the highest id of a pending entry, or null. */
    public @Nullable StreamId lastPending() {
        Element last = pending.last();
        return last == null ? null : StreamId.decode(last.name());
    }

    /** Returns up to {@code limit} pending entries from an id to another, both inclusive, in order. */
    public List<Pending> pending(StreamId from, StreamId to, int limit) {
        List<Pending> found = new ArrayList<>();
        for (Element element : pending.range(from.encode(), to.encode(), /* descending= */ false, limit)) {
            found.add(Pending.decode(StreamId.decode(element.name()), element.value()));
        }
        return found;
    }

    /** Returns up to {@code limit} pending entries of a consumer from an id to another, both inclusive, in order. */
    public List<Pending> pendingOf(byte[] consumer, StreamId from, StreamId to, int limit) {
        List<Pending> found = new ArrayList<>();
        for (Element element : pendingOf(consumer).range(from.encode(), to.encode(), /* descending= */ false, limit)) {
            Pending entry = pending(StreamId.decode(element.name()));
            if (entry != null) {
                found.add(entry);
            }
        }
        return found;
    }

    /** Puts a pending entry in place of one of the same id, which may have had another consumer. */
    public void put(Pending entry) {
        byte[] id = entry.id.encode();
        Pending before = pending(entry.id);
        if (before == null || !Arrays.equals(before.consumer, entry.consumer)) {
            if (before != null) {
                pendingOf(before.consumer).remove(id);
            }
            pendingOf(entry.consumer).put(id, EMPTY);
        }
        pending.put(id, entry.encode());
    }

    /** Removes a pending entry. Returns whether it was there. */
    public boolean acknowledge(StreamId id) {
        Pending entry = pending(id);
        if (entry == null) {
            return false;
        }
        pending.remove(id.encode());
        pendingOf(entry.consumer).remove(id.encode());
        return true;
    }
}
