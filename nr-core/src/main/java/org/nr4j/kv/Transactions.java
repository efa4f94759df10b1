package org.nr4j.kv;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.procedure.ProcedureBody;
import org.nr4j.kv.internal.procedure.ProcedureKeys;
import org.nr4j.kv.internal.procedure.ProcedureRead;
import org.nr4j.kv.internal.procedure.ProcedureView;
import org.nr4j.kv.internal.store.StoreAccess;
import org.nr4j.kv.transaction.Codec;
import org.nr4j.kv.transaction.Procedure;

/** Runs procedures on a store. For any number of threads. */
final class Transactions {
    private final StoreAccess access;
    private final Limits limits;

    /** The procedures that the store has registered, by name. */
    private final Map<String, Procedure<?, ?>> registered;

    Transactions(StoreAccess access, Limits limits, Map<String, Procedure<?, ?>> registered) {
        this.access = access;
        this.limits = limits;
        this.registered = new TreeMap<>(registered); // in order, for messages
    }

    // ---- functions ----

    /** Runs a function that reads and writes. */
    @Nullable
    Object write(ProcedureKeys keys, Function<? super StoreTransaction, ?> function) {
        return access.transact(/* name= */ null, bodyOf(function), /* argument= */ null, keys);
    }

    /** Runs a function that only reads. */
    @Nullable
    Object read(ProcedureKeys keys, Function<? super StoreTransaction, ?> function) {
        return access.read(new ProcedureRead(bodyOf(function), /* argument= */ null, keys));
    }

    private ProcedureBody bodyOf(Function<? super StoreTransaction, ?> function) {
        if (function == null) {
            throw new NullPointerException("a procedure must not be null: procedure=null; pass a function");
        }
        return (view, argument) -> run(view, function);
    }

    /** Copies and checks the keys that a procedure names. */
    ProcedureKeys keys(Collection<byte[]> keys) {
        if (keys == null) {
            throw new NullPointerException(
                    "the keys of a procedure must not be null: keys=null; leave them out to use all keys");
        }
        List<byte[]> own = new ArrayList<>(keys.size());
        keys.forEach(key -> own.add(limits.key(key)));
        return ProcedureKeys.of(own);
    }

    // ---- procedures with a name ----

    /** Calls a procedure that the store has registered. */
    <A, R> @Nullable R call(Procedure<A, R> procedure, @Nullable A argument) {
        requireRegistered(procedure);
        byte[] bytes = argument == null ? null : encode(procedure, procedure.argument(), argument);
        Limits.requireOneWrite("the argument of a procedure", bytes == null ? 0 : bytes.length);
        Collection<byte[]> named = procedure.keysOf(argument);
        ProcedureKeys keys = named == null ? ProcedureKeys.ALL : keys(named);
        ProcedureBody body = bodyOf(procedure);
        byte[] answer = (byte[])
                (procedure.isReadOnly()
                        ? access.read(new ProcedureRead(body, bytes, keys))
                        : access.transact(procedure.name(), body, bytes, keys));
        return answer == null ? null : procedure.answer().decode(answer);
    }

    private ProcedureBody bodyOf(Procedure<?, ?> procedure) {
        return (view, encoded) -> run(view, transaction -> run(procedure, transaction, encoded));
    }

    /** Returns the code of a registered procedure that writes; null if there is none of that name. */
    @Nullable
    ProcedureBody bodyOf(String name) {
        Procedure<?, ?> procedure = registered.get(name);
        return procedure == null || procedure.isReadOnly() ? null : bodyOf(procedure);
    }

    private void requireRegistered(Procedure<?, ?> procedure) {
        if (procedure == null) {
            throw new NullPointerException("a procedure must not be null: procedure=null; pass a registered one");
        }
        if (registered.get(procedure.name()) != procedure) {
            throw new IllegalArgumentException("a store must have registered a procedure that it runs: procedure="
                    + procedure.name() + " registered=" + registered.keySet()
                    + "; call procedure(...) in the store's builder");
        }
    }

    /** Runs a procedure on one replica. The replica decodes an argument of its own. */
    private static <A, R> byte @Nullable [] run(
            Procedure<A, R> procedure, StoreTransaction transaction, byte @Nullable [] argument) {
        A decoded = argument == null ? null : procedure.argument().decode(argument.clone());
        R answer = procedure.run(transaction, decoded);
        return answer == null ? null : encode(procedure, procedure.answer(), answer);
    }

    /** Encodes a value, and copies the bytes, since replicas share them. */
    private static <T> byte[] encode(Procedure<?, ?> procedure, Codec<T> codec, T value) {
        byte[] bytes = codec.encode(value);
        if (bytes == null) {
            throw new NullPointerException("a codec must not return null: procedure=" + procedure.name()
                    + "; return an empty array for a value without bytes");
        }
        return bytes.clone();
    }

    // ---- one run ----

    /** Runs a function on the calling thread. Until it returns, the store refuses other calls of this thread. */
    private @Nullable Object run(ProcedureView view, Function<? super StoreTransaction, ?> function) {
        StoreTransaction transaction = new StoreTransaction(view, limits);
        ReentrancyGuard.Mark mark = access.enterProcedure();
        try {
            return function.apply(transaction);
        } finally {
            mark.threadId = ReentrancyGuard.Mark.NOBODY;
            transaction.end();
        }
    }
}
