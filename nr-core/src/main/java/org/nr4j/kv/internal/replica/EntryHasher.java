package org.nr4j.kv.internal.replica;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.thread.ThreadIds;
import org.nr4j.kv.internal.contents.ContentsBuilder;

/**
 * Computes the 256-bit hash of an entry: SHA-256, or HMAC-SHA256 under a secret key, of an encoding. Key, value and
 * expiry can be read back from the encoding. So different entries have different encodings. For any number of threads.
 *
 * <p>The encoding has these fields. Numbers have the highest byte first.
 *
 * <ol>
 *   <li>a byte 1;
 *   <li>the length of the key in 4 bytes, and the key;
 *   <li>the length of the value in 4 bytes, and the value;
 *   <li>the expiry in milliseconds since 1970 in 8 bytes; the largest number means never.
 * </ol>
 *
 * <p>The hash is read as a number with the lowest byte first.
 */
public final class EntryHasher implements ContentsBuilder.Hash {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle BIG_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int OVERHEAD = 1 + 2 * Integer.BYTES + Long.BYTES;
    private static final byte VERSION = 1;
    private static final int LIMBS = 4;

    /** Values longer than this are hashed where they are. Shorter ones are copied, so that one call hashes them. */
    private static final int LARGE = 1 << 12;

    private static final int POOL = 64;

    private final byte @Nullable [] secret;

    /** Tells this hasher from those with another key. */
    private final long id;

    /**
     * Unused digests, each at the place of a thread's id. A thread takes a digest with getAndSet, so only one thread at
     * a time has it.
     */
    private final AtomicReferenceArray<@Nullable Digest> pool = new AtomicReferenceArray<>(POOL);

    /**
     * Creates a hasher, with a key or without one.
     *
     * @param secret the key of the HMAC, null for plain SHA-256
     */
    public EntryHasher(byte @Nullable [] secret) {
        this.secret = secret == null ? null : secret.clone();
        this.id = hash(new byte[0], new byte[0], 0)[0] | 1; // not the id that says that there is no hash
    }

    @Override
    public long id() {
        return id;
    }

    /** Returns the hash in four limbs, the lowest first. */
    @Override
    public long[] hash(byte[] key, byte[] value, long expiry) {
        int place = (int) ThreadIds.current() & (POOL - 1);
        Digest digest = pool.getAndSet(place, null);
        if (digest == null) {
            digest = new Digest(secret);
        }
        byte[] hash = digest.hash(key, value, expiry);
        pool.set(place, digest);
        long[] limbs = new long[LIMBS];
        for (int i = 0; i < LIMBS; i++) {
            limbs[i] = (long) LONG.get(hash, i * Long.BYTES);
        }
        return limbs;
    }

    /** A digest and its buffer. For one thread at a time. */
    private static final class Digest {
        private final @Nullable MessageDigest plain;
        private final @Nullable Mac keyed;
        private byte[] buffer = new byte[256];

        Digest(byte @Nullable [] secret) {
            try {
                plain = secret == null ? MessageDigest.getInstance("SHA-256") : null;
                keyed = secret == null ? null : Mac.getInstance("HmacSHA256");
                if (keyed != null && secret != null) {
                    keyed.init(new SecretKeySpec(secret, "HmacSHA256"));
                }
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform must have SHA-256 and HmacSHA256: " + e, e);
            }
        }

        byte[] hash(byte[] key, byte[] value, long expiry) {
            boolean copied = value.length <= LARGE;
            int length = OVERHEAD + key.length + (copied ? value.length : 0);
            if (buffer.length < length) {
                buffer = new byte[length];
            }
            byte[] buffer = this.buffer;
            buffer[0] = VERSION;
            INT.set(buffer, 1, key.length);
            System.arraycopy(key, 0, buffer, 5, key.length);
            int at = 5 + key.length;
            INT.set(buffer, at, value.length);
            at += Integer.BYTES;
            if (copied) {
                System.arraycopy(value, 0, buffer, at, value.length);
                at += value.length;
            } else {
                update(buffer, at);
                update(value, value.length);
                at = 0;
            }
            BIG_LONG.set(buffer, at, expiry);
            update(buffer, at + Long.BYTES);
            return finish();
        }

        private void update(byte[] bytes, int length) {
            if (plain != null) {
                plain.update(bytes, 0, length);
            } else if (keyed != null) {
                keyed.update(bytes, 0, length);
            }
        }

        private byte[] finish() {
            if (keyed != null) {
                return keyed.doFinal();
            }
            return Objects.requireNonNull(plain).digest();
        }
    }
}
