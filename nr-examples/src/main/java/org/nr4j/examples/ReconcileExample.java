package org.nr4j.examples;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.reconcile.MergePolicy;
import org.nr4j.kv.reconcile.ReconcileOptions;
import org.nr4j.kv.reconcile.ReconcileResponder;
import org.nr4j.kv.reconcile.ReconcileSession;
import org.nr4j.kv.reconcile.ReconcileStats;

/**
 * Two stores that were written to on their own find their differences, and a third one becomes a mirror.
 *
 * <p>Shows reconciliation:
 *
 * <ul>
 *   <li>The stores compare fingerprints of ranges. So few bytes find few differences among many entries.
 *   <li>A value starts with a stamp, and the merge policy keeps the later value of a key.
 *   <li>A mirror ends exactly equal to its source. It also removes what the source does not have.
 *   <li>The program carries the frames. Here a call does it; a real program sends them over a network.
 * </ul>
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.ReconcileExample}
 */
public final class ReconcileExample {
    private static final int ENTRIES = 20_000;
    private static final KeyRange ALL = KeyRange.all();

    /** Values start with a stamp of 8 bytes. The later one wins. */
    private static final MergePolicy LATER = MergePolicy.greatestStart(Long.BYTES);

    private ReconcileExample() {}

    public static void main(String[] args) {
        try (KeyValueStore east = newStore();
                KeyValueStore west = newStore();
                KeyValueStore mirror = newStore()) {
            for (int i = 0; i < ENTRIES; i++) {
                put(east, "user/" + i, 1, "first");
                put(west, "user/" + i, 1, "first");
            }
            put(east, "user/17", 2, "changed in the east");
            put(west, "user/17", 3, "changed in the west, later");
            put(west, "user/new", 4, "added in the west");
            exchange(east, west);
            System.out.println("user/17 in the east: " + text(east.get(bytes("user/17"))));
            System.out.println("both are equal: " + east.fingerprint(ALL).equals(west.fingerprint(ALL)));
            put(mirror, "left over", 9, "the source does not have this");
            mirror(mirror, west);
            west.delete(bytes("user/new"));
            mirror(mirror, west);
            System.out.println("the mirror has the deleted user: " + mirror.contains(bytes("user/new")));
        }
    }

    private static KeyValueStore newStore() {
        return KeyValueStore.builder()
                .fingerprintKey("a secret of all stores".getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static void exchange(KeyValueStore store, KeyValueStore peers) {
        ReconcileOptions options = ReconcileOptions.defaults();
        ReconcileResponder peer = ReconcileResponder.writable(peers, ALL, LATER, options);
        ReconcileSession session = ReconcileSession.exchange(store, ALL, LATER, options);
        session.run(peer::answer); // a real program sends the frame, and waits for the answer
        ReconcileStats stats = session.stats();
        System.out.println("entries received: " + stats.entriesReceived() + ", frames sent: at most 4: "
                + (stats.framesSent() <= 4) + ", less than 4 kB: "
                + (stats.bytesSent() + stats.bytesReceived() < 4000));
    }

    private static void mirror(KeyValueStore mirror, KeyValueStore source) {
        ReconcileOptions options = ReconcileOptions.defaults();
        ReconcileResponder peer = ReconcileResponder.readOnly(source, ALL, options);
        ReconcileSession session = ReconcileSession.mirror(mirror, ALL, options);
        session.run(peer::answer);
        System.out.println("the mirror is equal: " + session.matchesPeer() + ", written: "
                + session.stats().entriesWritten() + ", removed: "
                + session.stats().entriesRemoved());
    }

    private static void put(KeyValueStore store, String key, long stamp, String value) {
        byte[] text = bytes(value);
        store.set(
                bytes(key),
                ByteBuffer.allocate(Long.BYTES + text.length)
                        .putLong(stamp)
                        .put(text)
                        .array());
    }

    private static String text(byte[] value) {
        return new String(value, Long.BYTES, value.length - Long.BYTES, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
