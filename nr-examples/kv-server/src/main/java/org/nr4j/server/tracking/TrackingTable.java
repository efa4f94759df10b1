package org.nr4j.server.tracking;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The clients that have read a key since it last changed, by key. For any number of threads. */
final class TrackingTable {
    private final Map<ByteBuffer, Set<Long>> clients = new LinkedHashMap<>();
    private long items;

    /** A key that was dropped, and its clients. */
    record Dropped(byte[] key, Set<Long> clients) {}

    /**
     * Adds a client that is about to read a key.
     *
     * @param most how many keys the table may have; 0 for no limit
     * @return the key that was dropped to make room, the oldest one; null if none was
     */
    synchronized @Nullable Dropped add(byte[] key, long client, long most) {
        items += clients.computeIfAbsent(ByteBuffer.wrap(key), name -> new LinkedHashSet<>())
                        .add(client)
                ? 1
                : 0;
        if (most == 0 || clients.size() <= most) {
            return null;
        }
        Iterator<Map.Entry<ByteBuffer, Set<Long>>> all = clients.entrySet().iterator();
        Map.Entry<ByteBuffer, Set<Long>> oldest = all.next();
        all.remove();
        items -= oldest.getValue().size();
        return new Dropped(oldest.getKey().array(), oldest.getValue());
    }

    /** Removes a key that has changed. Returns the clients that have read it. */
    synchronized Set<Long> remove(byte[] key) {
        Set<Long> removed = clients.remove(ByteBuffer.wrap(key));
        items -= removed == null ? 0 : removed.size();
        return removed == null ? Set.of() : removed;
    }

    synchronized void clear() {
        clients.clear();
        items = 0;
    }

    /** Returns the number of keys. */
    synchronized long keys() {
        return clients.size();
    }

    /** Returns how many clients all keys have together. */
    synchronized long items() {
        return items;
    }
}
