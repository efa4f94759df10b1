package org.nr4j.server.engine;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.type.Keyspace;
import org.nr4j.server.type.Keyspace.TypedKey;

/**
 * Chooses keys to remove. It looks at a few random ones and takes the best. If none of them expires, and only such may
 * go, it looks through the next keys in order. For one thread at a time.
 */
public final class Evictor {
    /** How many random keys to look at for each that is wanted, if only keys that expire may go. */
    private static final int TRIES = 16;

    /** How many keys one call looks through in order. It bounds the time that one command takes. */
    private static final int WINDOW = 2_000;

    private final AccessTimes times;
    private final SplittableRandom random = new SplittableRandom();

    /** Where the next walk in order begins. */
    private int nextDatabase;

    private byte[] nextKey = {};

    /** Creates an evictor. */
    public Evictor(AccessTimes times) {
        this.times = times;
    }

    /** A key that may go. The one with the highest badness goes. */
    public record Candidate(int database, byte[] key, long badness) {}

    /** Returns the key to remove; null if none was found. */
    @Nullable
    Candidate choose(Keyspace keyspace, EvictionPolicy policy, int samples) {
        long[] sizes = new long[Keyspace.DATABASES];
        long total = 0;
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = keyspace.size(i);
            total += sizes[i];
        }
        if (total == 0) {
            return null;
        }
        Candidate best = null;
        int left = samples;
        for (int tries = samples * (policy.isVolatile() ? TRIES : 1); tries > 0 && left > 0; tries--) {
            Candidate candidate = randomOne(keyspace, policy, sizes, random.nextLong(total));
            if (candidate != null) {
                best = worse(best, candidate);
                left--;
            }
        }
        return best == null ? walk(keyspace, policy) : best;
    }

    private @Nullable Candidate randomOne(Keyspace keyspace, EvictionPolicy policy, long[] sizes, long rank) {
        int database = 0;
        long left = rank;
        while (left >= sizes[database]) {
            left -= sizes[database++];
        }
        return candidate(keyspace, policy, database, keyspace.keyAt(database, left));
    }

    private @Nullable Candidate candidate(Keyspace keyspace, EvictionPolicy policy, int database, byte[] key) {
        long expiry = policy.isVolatile() ? keyspace.expiry(database, key) : Keyspace.NEVER;
        if (policy.isVolatile() && expiry == Keyspace.NEVER) {
            return null;
        }
        long badness = switch (policy) {
            case ALLKEYS_LRU, VOLATILE_LRU -> times.idle(database, key);
            case VOLATILE_TTL -> -expiry;
            default -> 0;
        };
        return new Candidate(database, key, badness);
    }

    private static Candidate worse(@Nullable Candidate a, Candidate b) {
        return a == null || b.badness > a.badness ? b : a;
    }

    /** Looks through the keys from where the last walk ended. */
    private @Nullable Candidate walk(Keyspace keyspace, EvictionPolicy policy) {
        Candidate best = null;
        int left = WINDOW;
        for (int databases = 0; databases <= Keyspace.DATABASES && left > 0; databases++) {
            List<TypedKey> keys = keyspace.keys(nextDatabase, nextKey, left);
            for (TypedKey key : keys) {
                Candidate candidate = candidate(keyspace, policy, nextDatabase, key.key());
                best = candidate == null ? best : worse(best, candidate);
            }
            if (keys.size() < left) {
                nextDatabase = (nextDatabase + 1) % Keyspace.DATABASES;
                nextKey = new byte[0];
            } else {
                nextKey = keys.get(keys.size() - 1).key();
            }
            left -= keys.size();
        }
        return best;
    }
}
