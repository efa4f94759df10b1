package org.nr4j.kv.transaction;

import java.util.Collection;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A function with a name over the contents of a store. A store that {@linkplain
 * org.nr4j.kv.KeyValueStore.Builder#procedure registers} it runs it at one moment, all or nothing. Immutable.
 *
 * <pre>{@code
 * static final Procedure<byte[], Long> NEXT = Procedure.writing("next", Codec.bytes(), Codec.number(), (tx, key) -> {
 *             byte[] before = tx.get(key);
 *             long next = before == null ? 1 : KeyValueStore.decode(before) + 1;
 *             tx.set(key, KeyValueStore.encode(next));
 *             return next;
 *         })
 *         .keys(List::of);
 *
 * KeyValueStore store = KeyValueStore.builder().procedure(NEXT).build();
 * long ticket = store.transact(NEXT, key);
 * }</pre>
 *
 * <p><b>A procedure is deterministic</b>: with the same argument and the same contents, it makes the same writes, and
 * returns or throws the same. Each replica runs it. So it asks the transaction for the time, and draws no random
 * number. Such inputs are part of the argument. It uses no state but the transaction, and has no other effect. It must
 * not block, and should be short: meanwhile, other writes wait.
 *
 * <p><b>Argument and answer</b> pass through their codecs in each call. So each replica has an argument of its own, and
 * a call can be stored in a log as the procedure's name and some bytes. Null passes without a codec.
 *
 * @param <A> the argument
 * @param <R> the answer
 */
public final class Procedure<A, R> {
    private static final int LONGEST_NAME = 255;

    private final String name;
    private final boolean readOnly;
    private final Codec<A> argument;
    private final Codec<R> answer;
    private final BiFunction<? super Transaction, ? super A, ? extends R> body;
    private final @Nullable Function<? super A, ? extends Collection<byte[]>> keys;

    private Procedure(
            String name,
            boolean readOnly,
            Codec<A> argument,
            Codec<R> answer,
            BiFunction<? super Transaction, ? super A, ? extends R> body,
            @Nullable Function<? super A, ? extends Collection<byte[]>> keys) {
        this.name = requireName(name);
        this.readOnly = readOnly;
        this.argument = Objects.requireNonNull(
                argument, "a codec must not be null: argument=null; pass that of the argument, such as Codec.bytes()");
        this.answer = Objects.requireNonNull(
                answer, "a codec must not be null: answer=null; pass that of the answer, such as Codec.text()");
        this.body = Objects.requireNonNull(body, "a body must not be null: body=null; pass the function to run");
        this.keys = keys;
    }

    private static String requireName(String name) {
        if (name == null) {
            throw new NullPointerException("a procedure must have a name: name=null; pass one that stays the same");
        }
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("a name must have 1 to " + LONGEST_NAME + " characters: length="
                    + name.length() + "; pass a short one that stays the same");
        }
        return name;
    }

    /**
     * Returns a procedure that reads and writes.
     *
     * @throws IllegalArgumentException if the name does not have 1 to 255 characters
     */
    public static <A, R> Procedure<A, R> writing(
            String name,
            Codec<A> argument,
            Codec<R> answer,
            BiFunction<? super Transaction, ? super A, ? extends R> body) {
        return new Procedure<>(name, /* readOnly= */ false, argument, answer, body, null);
    }

    /**
     * Returns a procedure that only reads. It runs on the caller's replica, beside other reads, and is in no log.
     *
     * @throws IllegalArgumentException if the name does not have 1 to 255 characters
     */
    public static <A, R> Procedure<A, R> readOnly(
            String name,
            Codec<A> argument,
            Codec<R> answer,
            BiFunction<? super ReadTransaction, ? super A, ? extends R> body) {
        return new Procedure<>(name, /* readOnly= */ true, argument, answer, body, null);
    }

    /**
     * Returns this procedure, with the keys that it uses. It then uses no others, and no ranges. If the store has
     * several logs, it runs beside writes to keys of other logs. A procedure without this may use all keys, and is a
     * write of all logs.
     *
     * @param keys returns the keys for an argument; the caller's thread calls it once a call
     */
    public Procedure<A, R> keys(Function<? super A, ? extends Collection<byte[]>> keys) {
        Objects.requireNonNull(keys, "a function must not be null: keys=null; leave it out to use all keys");
        return new Procedure<>(name, readOnly, argument, answer, body, keys);
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Whether the procedure only reads. */
    public boolean isReadOnly() {
        return readOnly;
    }

    /** Returns the codec of arguments. */
    public Codec<A> argument() {
        return argument;
    }

    /** Returns the codec of answers. */
    public Codec<R> answer() {
        return answer;
    }

    /** Returns the keys that the procedure uses with an argument; null if it may use all. */
    public @Nullable Collection<byte[]> keysOf(@Nullable A argument) {
        if (keys == null) {
            return null;
        }
        return Objects.requireNonNull(
                keys.apply(argument),
                () -> "the keys of a procedure must not be null: keys=null procedure=" + name
                        + "; return an empty list for none");
    }

    /** Runs the function. A store calls this; so can a test, with a transaction of its own. */
    public @Nullable R run(Transaction transaction, @Nullable A argument) {
        return body.apply(transaction, argument);
    }

    @Override
    public String toString() {
        return "Procedure[" + name + (readOnly ? ", read-only]" : "]");
    }
}
