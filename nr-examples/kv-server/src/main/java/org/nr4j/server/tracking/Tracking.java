package org.nr4j.server.tracking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.engine.Request;
import org.nr4j.server.engine.StoreEngine;
import org.nr4j.server.type.KeyEvents.Touch;

/**
 * All clients that track keys. For any number of threads.
 *
 * <p><b>No change is missed.</b> A client's thread adds a key to the table before it reads the key's value. A writer
 * looks into the table after its write. If the read did not see the write, it began before the write was complete. So
 * the writer finds the client, and sends a message. If the read saw the write, a message does no harm.
 *
 * <p><b>No message overtakes the value that it is about.</b> A client's thread reads, and appends the reply to the
 * client's output, in one task. A message is a task of its own on the same thread. So it comes behind the reply. If the
 * messages go to another connection, their order is that of two connections, as in Redis.
 *
 * <p><b>A client that begins to track.</b> A write may have begun before, without noting what it changes. After its
 * write, the writer looks again whether somebody tracks. If so, it reports that all keys may have changed.
 */
public final class Tracking {
    private final Messages messages;
    private final LongSupplier mostKeys;
    private final Map<Long, Tracker> trackers = new ConcurrentHashMap<>();
    private final TrackingTable table = new TrackingTable();
    private @Nullable StoreEngine engine;
    private @Nullable AutoCloseable expiries;

    /** Whether there are trackers. Volatile: each command reads it. */
    private volatile boolean any;

    /** What sends messages to clients. */
    public interface Messages {
        /**
         * Tells a client that keys have changed.
         *
         * @param keys null for all keys
         * @param redirected whether another client tracks them
         * @return false if there is no such client
         */
        boolean invalidate(long client, @Nullable List<byte[]> keys, boolean redirected);

        /** Tells a client that the one which should get its messages is gone. */
        void broken(long client, long redirect);
    }

    /** Creates a registry without trackers. */
    public Tracking(Messages messages, LongSupplier mostKeys) {
        this.messages = messages;
        this.mostKeys = mostKeys;
    }

    // ---- clients ----

    /** Follows the changes of a store. */
    public synchronized void follow(StoreEngine store) {
        engine = store;
        listen();
    }

    /** Begins to track for a client, or changes its options. */
    public synchronized void begin(Tracker tracker, TrackingOptions options) {
        tracker.options(options);
        trackers.put(tracker.client(), tracker);
        any = true;
        listen();
    }

    /** Ends the tracking of a client. */
    public synchronized void end(Tracker tracker) {
        tracker.options(null);
        if (trackers.remove(tracker.client()) != null && trackers.isEmpty()) {
            any = false;
            table.clear();
            listen();
        }
    }

    private void listen() {
        if (engine == null) {
            return;
        }
        engine.onTouches(any ? this::changed : null);
        if (any && expiries == null) {
            expiries = engine.onExpiry(event -> changed(List.of(new Touch(0, event.key()))));
        } else if (!any && expiries != null) {
            try {
                expiries.close();
            } catch (Exception e) { // as AutoCloseable declares
                throw new IllegalStateException("a listener must close: " + e, e);
            }
            expiries = null;
        }
    }

    /** Notes that a client is about to read the keys of commands. */
    public void reads(Tracker tracker, List<Request> requests) {
        if (!any || tracker.options() == null) {
            return;
        }
        for (Request request : requests) {
            boolean reads =
                    request.command().is("readonly") || request.command().is("may_replicate");
            if (reads && tracker.remembers(request)) {
                request.command().keysOf(request.arguments()).forEach(key -> add(tracker, key));
            }
        }
    }

    private void add(Tracker tracker, byte[] key) {
        TrackingTable.Dropped dropped = table.add(key, tracker.client(), mostKeys.getAsLong());
        if (dropped != null) {
            dropped.clients().forEach(client -> send(client, dropped.key(), 0));
        }
    }

    // ---- changes ----

    /** Tells the clients that track keys that these have changed. */
    public void changed(List<Touch> touches) {
        if (!any) {
            return;
        }
        if (touches.stream().anyMatch(touch -> touch.key() == null)) {
            table.clear();
            trackers.values().forEach(tracker -> send(tracker, null));
            return;
        }
        for (Touch touch : touches) {
            byte[] key = touch.key();
            if (key != null) {
                table.remove(key).forEach(client -> send(client, key, touch.client()));
            }
        }
        for (Tracker tracker : trackers.values()) {
            TrackingOptions options = tracker.options();
            if (options != null && options.broadcast()) {
                broadcast(tracker, options, touches);
            }
        }
    }

    private void send(long client, byte[] key, long writer) {
        Tracker tracker = trackers.get(client);
        TrackingOptions options = tracker == null ? null : tracker.options();
        if (tracker != null && options != null && !options.broadcast() && !(options.noLoop() && client == writer)) {
            send(tracker, List.of(key));
        }
    }

    private void broadcast(Tracker tracker, TrackingOptions options, List<Touch> touches) {
        for (byte[] prefix : options.prefixes()) {
            TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
            for (Touch touch : touches) {
                byte[] key = touch.key();
                boolean own = options.noLoop() && touch.client() == tracker.client();
                if (key != null && !own && startsWith(key, prefix)) {
                    keys.add(key);
                }
            }
            if (!keys.isEmpty()) {
                send(tracker, new ArrayList<>(keys));
            }
        }
    }

    /** Whether bytes begin with a prefix. */
    public static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    private void send(Tracker tracker, @Nullable List<byte[]> keys) {
        TrackingOptions options = tracker.options();
        if (options == null) {
            return;
        }
        if (options.redirect() == 0) {
            messages.invalidate(tracker.client(), keys, /* redirected= */ false);
        } else if (!messages.invalidate(options.redirect(), keys, /* redirected= */ true)) {
            tracker.setBroken();
            messages.broken(tracker.client(), options.redirect());
        }
    }

    // ---- figures ----

    /** Returns the number of clients that track. */
    public int clients() {
        return trackers.size();
    }

    /** Returns the number of keys that clients have read. */
    public long keys() {
        return table.keys();
    }

    /** Returns how many clients all keys have together. */
    public long items() {
        return table.items();
    }

    /** Returns the number of prefixes of all broadcasts. */
    public long prefixes() {
        TreeSet<byte[]> all = new TreeSet<>(Arrays::compareUnsigned);
        for (Tracker tracker : trackers.values()) {
            TrackingOptions options = tracker.options();
            if (options != null) {
                all.addAll(options.prefixes());
            }
        }
        return all.size();
    }
}
