package org.nr4j.kv.internal.procedure;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.op.WriteFormat;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;

/** A call of a procedure that writes. If the procedure throws, the call changes nothing. */
public final class ProcedureWrite implements Update {
    /** The name under which the procedure is registered; null for a function that is not. */
    private final @Nullable String name;

    private final ProcedureBody body;
    private final byte @Nullable [] argument;
    private final ProcedureKeys keys;
    private final long now;

    /** Volatile: a replica sets it, and the submitter reads it. All replicas agree. */
    private volatile boolean expiring;

    /**
     * A call of one procedure.
     *
     * @param name the name under which it is registered; null for a function that is not
     */
    public ProcedureWrite(
            @Nullable String name, ProcedureBody body, byte @Nullable [] argument, ProcedureKeys keys, long now) {
        this.name = name;
        this.body = body;
        this.argument = argument;
        this.keys = keys;
        this.now = now;
    }

    /** Whether the procedure has made an entry expire. Valid once a replica has answered. */
    public boolean isExpiring() {
        return expiring;
    }

    @Override
    public @Nullable Object applyTo(StoreReplica replica) {
        WriteView view = new WriteView(replica, keys, now);
        Object answer = replica.atomically(keys.parts(replica.parts()), () -> body.run(view, argument));
        if (view.isExpiring()) {
            expiring = true;
        }
        return answer;
    }

    @Override
    public void encodeTo(ByteOutput out) {
        if (name == null) {
            throw new IllegalStateException("a write must have an encoding: procedure=a function without a name; "
                    + "register a Procedure in the builder, and call it");
        }
        WriteFormat.begin(out, WriteFormat.PROCEDURE, 0, now);
        out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(argument);
        keys.encodeTo(out);
    }

    @Override
    public void addParts(BitSet parts, int count) {
        parts.or(keys.parts(count));
    }

    @Override
    public LogSet logs(int count) {
        return keys.logs(count);
    }
}
