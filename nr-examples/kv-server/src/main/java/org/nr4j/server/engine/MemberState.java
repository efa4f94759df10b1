package org.nr4j.server.engine;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.KeyValueSnapshot;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.server.cluster.ClientNumbers;
import org.nr4j.server.cluster.LocalState;

/** The store of a member, as its cluster sees it. The store's clock shows the time of the last call. */
final class MemberState implements LocalState {
    private final Clock clock;
    private final KeyValueStore store;

    /** The numbers of the clients of all runs of this member, and of this run. */
    private final ClientNumbers clients;

    /** Null if nobody wants to know what has been applied. Volatile: each call looks at it. */
    private volatile @Nullable AppliedListener listener;

    MemberState(Clock clock, KeyValueStore store, ClientNumbers clients) {
        this.clock = clock;
        this.store = store;
        this.clients = clients;
    }

    /** The time of the last call. */
    static final class Clock implements InstantSource {
        private volatile long millis;

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public long millis() {
            return millis;
        }
    }

    void onApplied(@Nullable AppliedListener listener) {
        this.listener = listener;
    }

    @Override
    public byte[] apply(long millis, byte[] call) {
        clock.millis = millis;
        byte[] answer = Procedures.apply(store, call);
        AppliedListener now = listener;
        if (now != null && Procedures.isCommands(call) && now.isInterested()) {
            now.applied(
                    UnitCodec.decode(Procedures.contentOf(call)),
                    () -> ReplyBatch.decode(Procedures.requireOk(answer)));
        }
        return answer;
    }

    @Override
    public byte[] tick() {
        return Procedures.tickCall();
    }

    @Override
    public byte[] begin() {
        return Procedures.unwatchCall(clients.firstEver(), clients.first());
    }

    @Override
    public boolean needsTime() {
        return store.nextExpiry().isPresent();
    }

    @Override
    public Contents snapshot() {
        KeyValueSnapshot snapshot = store.snapshot();
        return snapshot::writeTo;
    }

    @Override
    public void restore(long millis, InputStream in) throws IOException {
        store.restore(in);
        clock.millis = Math.max(clock.millis, millis);
        AppliedListener now = listener;
        if (now != null) {
            now.replaced();
        }
    }
}
