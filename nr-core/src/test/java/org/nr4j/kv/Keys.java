package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.tree.TreeInvariants;

/** Helpers of the store's tests. */
public final class Keys {
    /** Nodes so small that a few dozen entries make a tree of some levels. */
    static final Shape TINY = new Shape(4, 4, 1 << 14, 12, /* fingerprints= */ true);

    private Keys() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    static String text(Entry entry) {
        return entry == null ? null : text(entry.key()) + "=" + text(entry.value());
    }

    /** Fails unless each replica is a tree as it should be. */
    static void assertReplicasWellFormed(KeyValueStore store) {
        for (int replica = 0; replica < store.replicas(); replica++) {
            TreeInvariants.assertHold(snapshot(store, replica));
        }
    }

    private static Contents snapshot(KeyValueStore store, int replica) {
        try (var token = store.replicated().register(replica)) {
            return (Contents) token.execute(each -> each.snapshot());
        }
    }

    /** Fails unless all replicas are well formed and have the same contents, read through each. */
    static void assertReplicasEqual(KeyValueStore store) {
        store.sync();
        Fingerprint first = null;
        for (int replica = 0; replica < store.replicas(); replica++) {
            Contents contents = snapshot(store, replica);
            TreeInvariants.assertHold(contents);
            Fingerprint fingerprint = Fingerprint.of(contents.countAndSum(null, null));
            assertThat(fingerprint).as("replica " + replica).isEqualTo(first == null ? fingerprint : first);
            first = fingerprint;
        }
    }
}
