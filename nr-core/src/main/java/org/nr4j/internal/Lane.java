package org.nr4j.internal;

import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.WriteBatch;

/**
 * What one log has to do with one replica's structure: to the log's {@link Replica} it is the structure. Operations of that log alone go straight through. An operation of several logs, a {@link Crossing}, waits here until they all have
 * come to it.
 */
final class Lane<R, W, A extends @Nullable Object> implements Dispatch<R, Object, A> {
    private final ManyLogs<R, W, A> logs;
    private final Breakdown breakdown;
    private final Dispatch<R, W, A> structure;
    private final int replica;

    Lane(ManyLogs<R, W, A> logs, Breakdown breakdown, Dispatch<R, W, A> structure, int replica) {
        this.logs = logs;
        this.breakdown = breakdown;
        this.structure = structure;
        this.replica = replica;
    }

    @Override
    public A dispatch(R op) {
        breakdown.check();
        return structure.dispatch(op);
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // nobody looks at what is returned for a crossing
    public A dispatchMut(Object op) {
        breakdown.check();
        try {
            if (op instanceof Crossing crossing) {
                logs.meet(crossing, replica, structure);
                return (A) null;
            }
            return structure.dispatchMut((W) op);
        } catch (VirtualMachineError e) {
            breakdown.report(e);
            throw e;
        }
    }

    @Override
    public void dispatchMutAll(WriteBatch<Object, A> batch) {
        while (batch.hasNext()) {
            batch.answer(dispatchMut(batch.next()));
        }
    }
}
