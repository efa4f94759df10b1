package org.nr4j.internal.multilog;

import org.jspecify.annotations.Nullable;
import org.nr4j.WriteBatch;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.SharedStructure;

/**
 * A barrier between one log and the structure of one replica. The log's {@link Replica} takes it for its structure. It
 * passes operations of this log alone to the structure. A multi-log operation, a {@link MultiLogOperation}, waits here
 * until all its logs have come to it.
 */
public final class LogBarrier<R, W, A extends @Nullable Object> implements SharedStructure.Lane<R, Object, A> {
    private final MultiLog<R, W, A> logs;
    private final SharedStructure<R, W, A> shared;
    private final int replica;

    LogBarrier(MultiLog<R, W, A> logs, SharedStructure<R, W, A> shared, int replica) {
        this.logs = logs;
        this.shared = shared;
        this.replica = replica;
    }

    @Override
    public SharedStructure<R, W, A> shared() {
        return shared;
    }

    @Override
    public A dispatch(R op) {
        return shared.isBroken() ? Replica.redirected() : shared.dispatch.dispatch(op);
    }

    @Override
    public boolean isOptimistic(R op) {
        return shared.dispatch.isOptimistic(op);
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // nobody uses the answer to a multi-log operation
    public A dispatchMut(Object op) {
        shared.check();
        try {
            if (op instanceof MultiLogOperation crossing) {
                logs.meeting().meet(crossing, replica, shared);
                return (A) null;
            }
            return shared.dispatch.dispatchMut((W) op);
        } catch (VirtualMachineError e) {
            shared.report(e);
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
