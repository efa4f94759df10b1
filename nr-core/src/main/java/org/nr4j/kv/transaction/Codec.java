package org.nr4j.kv.transaction;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Function;

/**
 * Encodes the values of a type as bytes. {@code decode(encode(value))} equals the value. Any thread may call a codec,
 * so it has no state that changes. A value is never null: a procedure passes null without its codec.
 *
 * @param <T> the type
 */
public interface Codec<T> {
    /** Returns the bytes of a value. Equal values have equal bytes on every machine. */
    byte[] encode(T value);

    /**
     * Returns the value of bytes that {@link #encode} returned. The array is the value's own.
     *
     * @throws RuntimeException if the bytes are no value
     */
    T decode(byte[] bytes);

    /** Returns a codec of two functions. */
    static <T> Codec<T> of(Function<? super T, byte[]> encode, Function<byte[], ? extends T> decode) {
        Objects.requireNonNull(encode, "a function must not be null: encode=null; pass one that returns bytes");
        Objects.requireNonNull(decode, "a function must not be null: decode=null; pass one that returns a value");
        return new Codec<>() {
            @Override
            public byte[] encode(T value) {
                return encode.apply(value);
            }

            @Override
            public T decode(byte[] bytes) {
                return decode.apply(bytes);
            }
        };
    }

    /** Returns the codec of bytes, which stay as they are. */
    static Codec<byte[]> bytes() {
        return of(bytes -> bytes, bytes -> bytes);
    }

    /** Returns the codec of texts, in UTF-8. */
    static Codec<String> text() {
        return of(text -> text.getBytes(StandardCharsets.UTF_8), bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** Returns the codec of numbers, in 8 bytes with the highest first. */
    static Codec<Long> number() {
        return of(
                number -> ByteBuffer.allocate(Long.BYTES).putLong(number).array(),
                bytes -> ByteBuffer.wrap(bytes).getLong());
    }

    /** Returns the codec of truth values, in one byte. */
    static Codec<Boolean> truth() {
        return of(truth -> new byte[] {(byte) (truth ? 1 : 0)}, bytes -> bytes[0] != 0);
    }
}
