package org.nr4j.server.type.stream;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.type.Collection;
import org.nr4j.server.type.ElementMap;
import org.nr4j.server.type.ElementMap.Element;
import org.nr4j.server.type.Keyspace;
import org.nr4j.server.type.Type;

/**
 * A stream: an element for each entry, whose name is the id, and elements for the groups and what belongs to them. The
 * details of the metadata are the last id, the highest id that was deleted, and the number of entries ever added. So
 * they stay when the stream has become empty.
 */
public final class StreamData extends Collection {
    private static final byte[] ENTRIES = {'e'};
    private static final byte[] GROUPS = {'g'};
    private static final int DETAILS = 2 * StreamId.LENGTH + Long.BYTES;

    private final ElementMap entries = map(ENTRIES);
    private final ElementMap groups = map(GROUPS);
    private StreamId lastId = StreamId.MIN;
    private StreamId maxDeletedId = StreamId.MIN;
    private long entriesAdded;

    /** Reads the stream of a key. */
    public StreamData(Keyspace keyspace, int database, byte[] key) {
        super(keyspace, database, key, Type.STREAM);
        if (exists()) {
            ByteBuffer in = ByteBuffer.wrap(details());
            lastId = StreamId.take(in);
            maxDeletedId = StreamId.take(in);
            entriesAdded = in.getLong();
        }
    }

    @Override
    protected boolean staysWhenEmpty() {
        return true;
    }

    @Override
    public void save() {
        details(ByteBuffer.allocate(DETAILS)
                .put(lastId.encode())
                .put(maxDeletedId.encode())
                .putLong(entriesAdded)
                .array());
        super.save();
    }

    // ---- metadata ----

    /** Returns the highest id that an entry has had, or that was set. */
    public StreamId lastId() {
        return lastId;
    }

    /** Sets the id above which new entries must be. */
    public void lastId(StreamId id) {
        lastId = id;
    }

    /** Returns the highest id of the entries that were deleted one by one; {@link StreamId#MIN} if none was. */
    public StreamId maxDeletedId() {
        return maxDeletedId;
    }

    /** Sets the highest id of the entries that were deleted. */
    public void maxDeletedId(StreamId id) {
        maxDeletedId = id;
    }

    /** Returns how many entries were ever added. */
    public long entriesAdded() {
        return entriesAdded;
    }

    /** Sets how many entries were ever added. */
    public void entriesAdded(long count) {
        entriesAdded = count;
    }

    // ---- entries ----

    /** Adds an entry, whose id must be above the last one. */
    public void add(StreamEntry entry) {
        entries.put(entry.id().encode(), entry.encode());
        lastId = entry.id();
        entriesAdded++;
        addToSize(1);
    }

    /** Deletes an entry. Returns whether it was there. */
    public boolean delete(StreamId id) {
        boolean deleted = entries.remove(id.encode());
        if (deleted) {
            addToSize(-1);
            maxDeletedId = id.compareTo(maxDeletedId) > 0 ? id : maxDeletedId;
        }
        return deleted;
    }

    /** Removes the entries of the lowest ids. There must be so many. */
    public void trim(long count) {
        entries.removeFirst(count);
        addToSize(-count);
    }

    /** Returns how many entries have a lower id. */
    public long rank(StreamId id) {
        return isEmpty() ? 0 : entries.rank(id.encode());
    }

    /** Whether there is an entry of an id. */
    public boolean contains(StreamId id) {
        return entries.contains(id.encode());
    }

    /** Returns the entry of an id, or null. */
    public @Nullable StreamEntry entry(StreamId id) {
        byte[] value = entries.get(id.encode());
        return value == null ? null : new StreamEntry(id, StreamEntry.decode(value));
    }

    /** Returns up to {@code limit} entries from an id to another, both inclusive; the highest first if descending. */
    public List<StreamEntry> range(StreamId from, StreamId to, boolean descending, int limit) {
        List<StreamEntry> found = new ArrayList<>();
        if (!isEmpty()) {
            for (Element element : entries.range(from.encode(), to.encode(), descending, limit)) {
                found.add(StreamEntry.of(element));
            }
        }
        return found;
    }

    /** Returns up to {@code limit} entries above an id, in order. */
    public List<StreamEntry> after(StreamId id, int limit) {
        StreamId from = id.next();
        return from == null ? List.of() : range(from, StreamId.MAX, /* descending= */ false, limit);
    }

    /** Returns the entry of the lowest id, or null. */
    public @Nullable StreamEntry first() {
        Element first = isEmpty() ? null : entries.first();
        return first == null ? null : StreamEntry.of(first);
    }

    /** Returns the entry of the highest id, or null. */
    public @Nullable StreamEntry last() {
        Element last = isEmpty() ? null : entries.last();
        return last == null ? null : StreamEntry.of(last);
    }

    /** Returns the lowest id of an entry; {@link StreamId#MIN} if there is none. */
    public StreamId firstEntryId() {
        StreamEntry first = first();
        return first == null ? StreamId.MIN : first.id();
    }

    /** Returns the highest id of an entry; {@link StreamId#MIN} if there is none. */
    public StreamId lastEntryId() {
        StreamEntry last = last();
        return last == null ? StreamId.MIN : last.id();
    }

    // ---- groups ----

    /** Returns a group, or null. */
    public @Nullable StreamGroup group(byte[] name) {
        byte[] value = exists() ? groups.get(name) : null;
        return value == null ? null : StreamGroup.decode(this, name, value);
    }

    /** Returns all groups, in the order of their names. */
    public List<StreamGroup> groups() {
        List<StreamGroup> all = new ArrayList<>();
        for (Element element : groups.all()) {
            all.add(StreamGroup.decode(this, element.name(), element.value()));
        }
        return all;
    }

    /** Returns the number of groups. */
    public long groupCount() {
        return groups.size();
    }

    /** Creates a group, or replaces the counters of one. */
    void putGroup(StreamGroup group) {
        groups.put(group.name(), group.encode());
    }

    /** Removes a group with its consumers and pending entries. Returns whether it was there. */
    public boolean removeGroup(byte[] name) {
        StreamGroup group = group(name);
        if (group != null) {
            group.clear();
            groups.remove(name);
        }
        return group != null;
    }

    /** Returns the elements of a kind that belong to a group, or to a consumer of it. */
    ElementMap elementsOf(char kind, byte[]... owners) {
        int length = 1;
        for (byte[] owner : owners) {
            length += Integer.BYTES + owner.length;
        }
        ByteBuffer prefix = ByteBuffer.allocate(length).put((byte) kind);
        for (byte[] owner : owners) {
            prefix.putInt(owner.length).put(owner);
        }
        return map(prefix.array());
    }
}
