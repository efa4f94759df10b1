package org.nr4j.server.type;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What commands have done to keys, in order: the notifications that a write or a read causes. */
public final class KeyEvents {
    private static final int HEAD = 2 + Integer.BYTES;

    private final List<Event> events = new ArrayList<>();

    /**
     * Something that happened to a key.
     *
     * @param name as clients know it, such as {@code lpush}
     */
    public record Event(int database, String name, byte[] key) {}

    /** Returns the number of events. */
    public int size() {
        return events.size();
    }

    /** Drops all events after the first ones. */
    public void truncate(int size) {
        events.subList(size, events.size()).clear();
    }

    /** Adds an event. */
    public void add(int database, String name, byte[] key) {
        events.add(new Event(database, name, key));
    }

    /** Returns all events. */
    public List<Event> all() {
        return events;
    }

    // ---- encoding ----

    /** Returns the number of bytes that {@link #put} writes. */
    public int encodedLength() {
        int length = 0;
        for (Event event : events) {
            length += HEAD + event.name.length() + event.key.length;
        }
        return length;
    }

    /** Writes all events: of each the database (1), the length of the name (1), that of the key (4), name and key. */
    public void put(ByteBuffer out) {
        for (Event event : events) {
            out.put((byte) event.database).put((byte) event.name.length()).putInt(event.key.length);
            out.put(event.name.getBytes(StandardCharsets.ISO_8859_1)).put(event.key);
        }
    }

    /** Adds the events that a buffer has up to its end. */
    public void take(ByteBuffer in) {
        while (in.hasRemaining()) {
            int database = in.get();
            byte[] name = new byte[in.get()];
            byte[] key = new byte[in.getInt()];
            in.get(name).get(key);
            add(database, new String(name, StandardCharsets.ISO_8859_1), key);
        }
    }
}
