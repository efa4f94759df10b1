package org.nr4j.server.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.config.EventClasses;
import org.nr4j.server.engine.StoreEngine;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.type.KeyEvents.Event;

/** Publishes what happens to keys, as far as {@code notify-keyspace-events} says. For any number of threads. */
final class Notifications {
    private static final Logger LOGGER = System.getLogger(Notifications.class.getName());
    private static final Map<String, Character> CLASSES = new HashMap<>();

    static {
        put('g', "del rename_from rename_to move_from move_to copy_to expire persist restore");
        put('$', "set setrange append incrby incrbyfloat setbit pfadd");
        put('l', "lpush rpush lpop rpop linsert lset lrem ltrim sortstore");
        put('s', "sadd srem spop sinterstore sunionstore sdiffstore");
        put('h', "hset hdel hincrby hincrbyfloat hexpire hexpired hpersist");
        put(
                'z',
                "zadd zincr zrem zremrangebyscore zremrangebyrank zremrangebylex zpopmin zpopmax zunionstore "
                        + "zinterstore zdiffstore zrangestore geosearchstore georadiusstore");
        put(
                't',
                "xadd xtrim xdel xsetid xgroup-create xgroup-createconsumer xgroup-delconsumer xgroup-destroy "
                        + "xgroup-setid");
        put('x', "expired");
        put('e', "evicted");
        put('m', "keymiss");
        put('n', "new");
    }

    private final StoreEngine engine;
    private final PubSub pubSub;
    private volatile EventClasses wanted = EventClasses.NONE;
    private @Nullable AutoCloseable expiries;

    Notifications(StoreEngine engine, PubSub pubSub) {
        this.engine = engine;
        this.pubSub = pubSub;
    }

    private static void put(char eventClass, String names) {
        for (String name : names.split(" ", -1)) {
            CLASSES.put(name, eventClass);
        }
    }

    /** Sets what is published. */
    synchronized void want(EventClasses classes) {
        wanted = classes;
        engine.onEvents(classes.isNone() ? null : this::publish);
        boolean expires = !classes.isNone() && (classes.has('x') || classes.has('h'));
        if (expires && expiries == null) {
            expiries = engine.onExpiry(this::publish);
        } else if (!expires && expiries != null) {
            close(expiries);
            expiries = null;
        }
    }

    private static void close(AutoCloseable subscription) {
        try {
            subscription.close();
        } catch (Exception e) { // as AutoCloseable declares
            LOGGER.log(Level.WARNING, "the events of keys that expire could not be ended", e);
        }
    }

    /** Publishes that a reader has not found a key. */
    void missed(int database, byte[] key) {
        if (!wanted.isNone()) {
            publish(new Event(database, "keymiss", key));
        }
    }

    /** Publishes that a key was removed, since memory is short. */
    void evicted(int database, byte[] key) {
        if (!wanted.isNone()) {
            publish(new Event(database, "evicted", key));
        }
    }

    private void publish(List<Event> events) {
        events.forEach(this::publish);
    }

    private void publish(Event event) {
        EventClasses classes = wanted;
        if (!classes.has(CLASSES.getOrDefault(event.name(), 'd'))) {
            return;
        }
        if (classes.has('K')) {
            pubSub.publish(channel("keyspace", event.database(), event.key()), Ascii.bytes(event.name()));
        }
        if (classes.has('E')) {
            pubSub.publish(channel("keyevent", event.database(), Ascii.bytes(event.name())), event.key());
        }
    }

    private static byte[] channel(String kind, int database, byte[] last) {
        return Ascii.bytes("__" + kind + "@" + database + "__:" + Ascii.text(last));
    }
}
