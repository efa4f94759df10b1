package org.nr4j.examples;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.nr4j.kv.AtomicBatch;
import org.nr4j.kv.Change;
import org.nr4j.kv.ChangeSubscription;
import org.nr4j.kv.Entry;
import org.nr4j.kv.Expiry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.ScanOrder;

/**
 * A shop's data in the key-value store: accounts, orders by date, sessions that expire, a cache that follows changes,
 * and a copy that is compared.
 *
 * <p>Shows the use of order and atomicity:
 *
 * <ul>
 *   <li>Keys are bytes in order. A key made of parts, such as {@code order/2026-11-03/17}, allows a scan of all keys
 *       that begin with some of these parts.
 *   <li>A batch is one step, with conditions: no reader sees half of it.
 *   <li>A listener gets each change once, in order.
 *   <li>Fingerprints show in microseconds whether two stores have the same entries. Fingerprints of parts of the range
 *       show where the stores differ.
 * </ul>
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java
 * -Dexec.mainClass=org.nr4j.examples.KeyValueStoreExample}
 */
public final class KeyValueStoreExample {
    private static final KeyRange ORDERS = KeyRange.prefix(bytes("order/"));

    private KeyValueStoreExample() {}

    public static void main(String[] args) throws IOException {
        try (KeyValueStore store = KeyValueStore.builder().fingerprints(true).build()) {
            transfer(store);
            findOrders(store);
            rememberSessions(store);
            invalidateCache(store);
            compareWithCopy(store);
        }
    }

    /** Moves money from one account to the other in one step, or not at all. */
    private static void transfer(KeyValueStore store) {
        byte[] anna = bytes("account/anna");
        byte[] bert = bytes("account/bert");
        store.set(anna, KeyValueStore.encode(100));
        store.set(bert, KeyValueStore.encode(20));
        byte[] seen = store.get(anna);
        AtomicBatch transfer =
                new AtomicBatch().requireValue(anna, seen).increment(anna, -70).increment(bert, 70);
        boolean done = store.apply(transfer).applied();
        boolean again = store.apply(transfer).applied();
        List<byte[]> both = store.multiGet(List.of(anna, bert));
        System.out.println("transferred: " + done + ", again with an old balance: " + again + ", now "
                + KeyValueStore.decode(both.get(0)) + " and " + KeyValueStore.decode(both.get(1)));
    }

    private static void findOrders(KeyValueStore store) {
        for (int day = 1; day <= 30; day++) {
            for (int number = 0; number < 10; number++) {
                store.set(bytes("order/2026-11-%02d/%d".formatted(day, number)), bytes("a book"));
            }
        }
        KeyRange week = KeyRange.atLeast(bytes("order/2026-11-08")).below(bytes("order/2026-11-15"));
        Entry latest = store.scan(ORDERS, ScanOrder.DESCENDING, 1).get(0);
        System.out.println("orders of a week: " + store.count(week) + ", the latest of all: " + text(latest.key()));
        System.out.println("forgotten: "
                + store.removeRange(KeyRange.atLeast(bytes("order/")).below(bytes("order/2026-11-08"))));
    }

    private static void rememberSessions(KeyValueStore store) {
        byte[] session = bytes("session/4711");
        store.set(session, bytes("anna"), Expiry.after(Duration.ofMinutes(30)));
        boolean stays = store.setExpiry(session, Expiry.after(Duration.ofHours(1))); // the user is still active
        System.out.println("session of " + text(store.get(session)) + ", extended: " + stays);
    }

    /** Drops what was derived from entries when the entries change. */
    private static void invalidateCache(KeyValueStore store) {
        Map<String, String> cache = new ConcurrentHashMap<>(Map.of("page/home", "<html>old", "page/help", "<html>"));
        ChangeSubscription subscription =
                store.listen(KeyRange.prefix(bytes("page/")), (Change change) -> cache.remove(text(change.key())));
        store.set(bytes("page/home"), bytes("new"));
        subscription.finish(); // after all writes up to here; a real program would listen as long as it runs
        subscription.ended().join();
        System.out.println("still cached: " + cache.keySet());
    }

    private static void compareWithCopy(KeyValueStore store) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        store.writeSnapshot(file);
        try (KeyValueStore copy = KeyValueStore.builder().fingerprints(true).build()) {
            copy.restore(new ByteArrayInputStream(file.toByteArray()));
            System.out.println("the copy is equal: " + isEqual(store, copy, KeyRange.all()));
            copy.set(bytes("order/2026-11-20/3"), bytes("two books"));
            KeyRange day = KeyRange.prefix(bytes("order/2026-11-20"));
            System.out.println("and now: " + isEqual(store, copy, KeyRange.all()) + "; accounts: "
                    + isEqual(store, copy, KeyRange.prefix(bytes("account/"))) + ", that day's orders: "
                    + isEqual(store, copy, day));
        }
    }

    private static boolean isEqual(KeyValueStore one, KeyValueStore other, KeyRange range) {
        return one.fingerprint(range).equals(other.fingerprint(range));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
