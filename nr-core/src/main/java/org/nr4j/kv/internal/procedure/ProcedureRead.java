package org.nr4j.kv.internal.procedure;

import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;
import org.nr4j.kv.internal.replica.Query;
import org.nr4j.kv.internal.replica.StoreReplica;

/** A call of a read-only procedure. */
public final class ProcedureRead implements Query {
    private final ProcedureBody body;
    private final byte @Nullable [] argument;
    private final ProcedureKeys keys;

    /** A call of one procedure. */
    public ProcedureRead(ProcedureBody body, byte @Nullable [] argument, ProcedureKeys keys) {
        this.body = body;
        this.argument = argument;
        this.keys = keys;
    }

    @Override
    public @Nullable Object answer(StoreReplica replica) {
        ReadView view = new ReadView(replica, keys);
        try {
            Object answer = body.run(view, argument);
            return view.metDue() ? StoreReplica.DUE : answer;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            if (view.metDue()) {
                return StoreReplica.DUE; // what it threw is worth as little as an answer
            }
            throw e;
        }
    }

    @Override
    public LogSet logs(int count) {
        return keys.logs(count);
    }
}
