package org.nr4j.server.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.transaction.Codec;
import org.nr4j.kv.transaction.Procedure;
import org.nr4j.kv.transaction.Transaction;
import org.nr4j.server.type.Keyspace;

/**
 * The writes of the server to its store. Each is a registered procedure, so that a log on disk and each copy elsewhere
 * has it. A cluster passes them on as calls: the code of the procedure (1) and its argument. The answer to a call is a
 * status (1), and the answer of the procedure or why it failed. Logs on disk have the names and the codes: a procedure
 * that does something else needs another name and another code.
 */
final class Procedures {
    /** How many collections one write sweeps. */
    private static final int SWEPT = 64;

    private static final byte TICK = 0;
    private static final byte RUN = 1;
    private static final byte SWEEP_SOME = 2;
    private static final byte UNWATCH_SOME = 3;

    private static final byte OK = 0;
    private static final byte FAILED = 1;

    /** Runs the units of its argument. */
    static final Procedure<byte[], byte[]> COMMANDS =
            Procedure.writing("redis-commands-1", Codec.bytes(), Codec.bytes(), Procedures::run);

    /** Removes the elements of collections that have expired. */
    static final Procedure<Long, Boolean> SWEEP =
            Procedure.writing("redis-sweep-1", Codec.number(), Codec.truth(), (tx, limit) -> {
                Keyspace.writing(tx).sweep(Math.toIntExact(limit));
                return true;
            });

    /** Ends all watches: no client of an earlier run is connected any more. */
    static final Procedure<Boolean, Boolean> UNWATCH_ALL =
            Procedure.writing("redis-unwatch-all-1", Codec.truth(), Codec.truth(), (tx, argument) -> {
                Keyspace.writing(tx).watches().removeAll();
                return true;
            });

    /** Ends the watches of clients whose numbers are from the first (8) up to the second (8), which is not included. */
    static final Procedure<byte[], Boolean> UNWATCH =
            Procedure.writing("redis-unwatch-1", Codec.bytes(), Codec.truth(), (tx, bounds) -> {
                ByteBuffer in = ByteBuffer.wrap(bounds);
                Keyspace.writing(tx).watches().removeOf(in.getLong(), in.getLong());
                return true;
            });

    /** Removes a key, which the submitter has chosen: its database (1) and its bytes. */
    static final Procedure<byte[], Boolean> EVICT =
            Procedure.writing("redis-evict-1", Codec.bytes(), Codec.truth(), (tx, chosen) -> {
                byte[] key = Arrays.copyOfRange(chosen, 1, chosen.length);
                return Keyspace.writing(tx).remove(chosen[0], key);
            });

    private Procedures() {}

    static KeyValueStore.Builder register(KeyValueStore.Builder builder) {
        return builder.procedure(COMMANDS)
                .procedure(SWEEP)
                .procedure(UNWATCH_ALL)
                .procedure(UNWATCH)
                .procedure(EVICT);
    }

    private static byte[] run(Transaction transaction, byte[] encoded) {
        ReplyBatch replies = new ReplyBatch();
        Keyspace keyspace = Keyspace.writing(transaction);
        if (UnitCodec.wantsEvents(encoded)) {
            keyspace.collect(replies.events());
        }
        CommandRunner.run(keyspace, UnitCodec.seed(encoded), UnitCodec.decode(encoded), replies);
        return replies.encode();
    }

    static void sweep(KeyValueStore store) {
        store.transact(SWEEP, (long) SWEPT);
    }

    // ---- calls ----

    static byte[] tickCall() {
        return new byte[] {TICK};
    }

    static byte[] sweepCall() {
        return new byte[] {SWEEP_SOME};
    }

    static byte[] commandsCall(byte[] units) {
        return call(RUN, units);
    }

    static byte[] unwatchCall(long from, long to) {
        return call(
                UNWATCH_SOME,
                ByteBuffer.allocate(2 * Long.BYTES).putLong(from).putLong(to).array());
    }

    private static byte[] call(byte code, byte[] argument) {
        byte[] call = new byte[1 + argument.length];
        call[0] = code;
        System.arraycopy(argument, 0, call, 1, argument.length);
        return call;
    }

    static boolean isCommands(byte[] call) {
        return call[0] == RUN;
    }

    /** Returns the argument of a call, or what the answer to a call has. */
    static byte[] contentOf(byte[] encoded) {
        return Arrays.copyOfRange(encoded, 1, encoded.length);
    }

    /** Runs a call. */
    static byte[] apply(KeyValueStore store, byte[] call) {
        try {
            return answer(
                    OK,
                    switch (call[0]) {
                        case TICK -> new byte[0];
                        case RUN -> Objects.requireNonNull(store.transact(COMMANDS, contentOf(call)));
                        case SWEEP_SOME -> {
                            sweep(store);
                            yield new byte[0];
                        }
                        case UNWATCH_SOME -> {
                            store.transact(UNWATCH, contentOf(call));
                            yield new byte[0];
                        }
                        default ->
                            throw new IllegalArgumentException("the code of a call must be known: code=" + call[0]
                                    + "; update this member to the version of the others");
                    });
        } catch (RuntimeException e) {
            return answer(FAILED, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static byte[] answer(byte status, byte[] content) {
        return call(status, content);
    }

    /**
     * Returns the answer of the procedure.
     *
     * @throws IllegalStateException if the procedure failed. Then it has changed nothing
     */
    static byte[] requireOk(byte[] answer) {
        byte[] content = contentOf(answer);
        if (answer[0] != OK) {
            throw new IllegalStateException(new String(content, StandardCharsets.UTF_8));
        }
        return content;
    }
}
