package org.nr4j.server.type;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What commands have done to keys, in order: the notifications that a write or a read causes, and the keys that a write
 * has changed.
 */
public final class KeyEvents {
    private static final int HEAD = 2 + Integer.BYTES;

    private static final int TOUCH_HEAD = Long.BYTES + Integer.BYTES;

    private final List<Event> events = new ArrayList<>();
    private final List<Touch> touches = new ArrayList<>();

    /** The client whose commands run. */
    private long client;

    /**
     * Something that happened to a key.
     *
     * @param name as clients know it, such as {@code lpush}
     */
    public record Event(int database, String name, byte[] key) {}

    /**
     * A key that a client has changed.
     *
     * @param key null if all keys may have changed
     */
    public record Touch(long client, byte @Nullable [] key) {
        /** All keys may have changed. */
        public static final Touch ALL = new Touch(0, null);
    }

    /** Returns the number of events. */
    public int size() {
        return events.size();
    }

    /** Drops all events after the first ones. */
    public void truncate(int size) {
        events.subList(size, events.size()).clear();
    }

    /** Forgets everything. */
    public void clear() {
        events.clear();
        touches.clear();
    }

    /** Sets the client whose commands run. */
    public void client(long number) {
        client = number;
    }

    /** Notes that the client has changed a key. A command that fails later does not take it back. */
    void touch(byte[] key) {
        Touch last = touches.isEmpty() ? null : touches.get(touches.size() - 1);
        if (last == null || last.client != client || !Arrays.equals(last.key, key)) {
            touches.add(new Touch(client, key));
        }
    }

    /** Notes that all keys may have changed. */
    void touchAll() {
        touches.add(Touch.ALL);
    }

    /** Returns the keys that have changed. */
    public List<Touch> touches() {
        return touches;
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
        int length = Integer.BYTES;
        for (Event event : events) {
            length += HEAD + event.name.length() + event.key.length;
        }
        for (Touch touch : touches) {
            length += TOUCH_HEAD + (touch.key == null ? 0 : touch.key.length);
        }
        return length;
    }

    /**
     * Writes all touches with their number (4) before them: of each the client (8), the length of the key or -1 (4),
     * and the key. Then all events: of each the database (1), the length of the name (1), that of the key (4), name and
     * key.
     */
    public void put(ByteBuffer out) {
        out.putInt(touches.size());
        for (Touch touch : touches) {
            out.putLong(touch.client);
            if (touch.key == null) {
                out.putInt(-1);
            } else {
                out.putInt(touch.key.length).put(touch.key);
            }
        }
        for (Event event : events) {
            out.put((byte) event.database).put((byte) event.name.length()).putInt(event.key.length);
            out.put(event.name.getBytes(StandardCharsets.ISO_8859_1)).put(event.key);
        }
    }

    /** Adds the touches and the events that a buffer has up to its end. */
    public void take(ByteBuffer in) {
        for (int left = in.getInt(); left > 0; left--) {
            touches.add(takeTouch(in));
        }
        while (in.hasRemaining()) {
            int database = in.get();
            byte[] name = new byte[in.get()];
            byte[] key = new byte[in.getInt()];
            in.get(name).get(key);
            add(database, new String(name, StandardCharsets.ISO_8859_1), key);
        }
    }

    private static Touch takeTouch(ByteBuffer in) {
        long number = in.getLong();
        int length = in.getInt();
        if (length < 0) {
            return Touch.ALL;
        }
        byte[] key = new byte[length];
        in.get(key);
        return new Touch(number, key);
    }
}
