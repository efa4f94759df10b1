package org.nr4j.examples;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.nr4j.FollowerOptions;
import org.nr4j.cnr.CnrFollower;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.kv.AtomicBatch;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueSnapshot;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.replication.EncodedWrites;
import org.nr4j.kv.transaction.Codec;
import org.nr4j.kv.transaction.Procedure;

/**
 * A store with a standby: a second store that receives a snapshot and then every write, as bytes, and takes over in the
 * end.
 *
 * <p>Shows copies of a store elsewhere:
 *
 * <ul>
 *   <li>{@code followSnapshot} takes a snapshot and follows from there, in one step. So the standby receives
 *       each later write once.
 *   <li>{@code replay} applies writes to the standby. They have the effect that they had before, also on a store with
 *       another number of logs.
 *   <li>Both stores register the same procedures, since a write may be the call of one.
 *   <li>Equal fingerprints show that the two stores have the same entries.
 * </ul>
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.StandbyExample}
 */
public final class StandbyExample {
    private static final int THREADS = 3;
    private static final int WRITES = 500;

    /** Draws the next number of a sequence. */
    private static final Procedure<byte[], Long> NEXT = Procedure.writing(
                    "next", Codec.bytes(), Codec.number(), (transaction, key) -> {
                        byte[] before = transaction.get(key);
                        long next = before == null ? 1 : KeyValueStore.decode(before) + 1;
                        transaction.set(key, KeyValueStore.encode(next));
                        return next;
                    })
            .keys(List::of);

    private StandbyExample() {}

    /** The second store. In a real program, it runs on another machine, and the arguments come over the network. */
    static final class Standby {
        private final KeyValueStore store;
        private LogIndexes index;

        Standby(KeyValueStore store, byte[] snapshot, LogIndexes index) throws IOException {
            this.store = store;
            this.index = index;
            store.restore(new ByteArrayInputStream(snapshot));
        }

        /** Applies writes. */
        void receive(EncodedWrites writes) {
            if (!writes.before().equals(index)) {
                throw new IllegalStateException("writes must come without gaps: expected=" + index + " got="
                        + writes.before() + "; begin anew from a snapshot");
            }
            store.replay(writes.writes());
            index = writes.after();
        }
    }

    public static void main(String[] args) {
        try (KeyValueStore standby = builder().logs(1).build()) {
            try (KeyValueStore store = builder().logs(2).build()) {
                store.set(bytes("ticket/price"), KeyValueStore.encode(12));
                CnrFollower follower = connect(store, standby);
                writeInThreads(store);
                follower.finish(); // after all writes up to here; a real program would follow as long as it runs
                LogIndexes end = follower.ended().join();
                System.out.println("the standby has all writes: " + end.equals(store.indexes()));
                System.out.println("the stores are equal: "
                        + store.fingerprint(KeyRange.all()).equals(standby.fingerprint(KeyRange.all())));
                System.out.println("tickets sold: " + KeyValueStore.decode(store.get(bytes("ticket/last"))));
            }
            System.out.println("the standby takes over, next ticket: " + standby.transact(NEXT, bytes("ticket/last")));
        }
    }

    private static KeyValueStore.Builder builder() {
        return KeyValueStore.builder().fingerprints(true).procedure(NEXT);
    }

    /** Starts to keep the second store equal. */
    private static CnrFollower connect(KeyValueStore store, KeyValueStore second) {
        return store.followSnapshot(
                snapshot -> start(second, snapshot)::receive,
                FollowerOptions.defaults().name("standby"));
    }

    private static Standby start(KeyValueStore second, KeyValueSnapshot snapshot) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            snapshot.writeTo(bytes);
            return new Standby(second, bytes.toByteArray(), snapshot.indexes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeInThreads(KeyValueStore store) {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            threads.add(CompletableFuture.runAsync(() -> sell(store, thread), task -> new Thread(task).start()));
        }
        threads.forEach(CompletableFuture::join);
    }

    private static void sell(KeyValueStore store, int thread) {
        byte[] income = bytes("income/" + thread);
        for (int i = 0; i < WRITES; i++) {
            Long number = store.transact(NEXT, bytes("ticket/last"));
            store.apply(new AtomicBatch().set(bytes("ticket/" + number), income).increment(income, 12));
            if (i % 10 == 0) {
                store.delete(bytes("ticket/" + number)); // given back
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
