package org.nr4j.internal.log;

import org.nr4j.internal.combine.Batch;
import org.nr4j.internal.combine.BatchRequest;
import org.nr4j.internal.combine.Request;

/** Log entries with one operation that carries a number in a plain field. */
public final class Entries {
    /** What {@link #valueOf} returns for an entry without its operation. */
    static final int EMPTY = -1;

    private Entries() {}

    /** An operation with a number. */
    public static final class Op {
        public int value;
    }

    static LogEntry of(int value) {
        Op op = new Op();
        op.value = value;
        Object[] ops = {op};
        return new Batch(/* origin= */ "", ops, new Request[] {new BatchRequest(ops)});
    }

    static int valueOf(LogEntry entry) {
        Object[] ops = entry.ops;
        return ops.length == 0 || ops[0] == null ? EMPTY : ((Op) ops[0]).value;
    }

    /** Returns a log in which every slot was used and freed once. */
    static OperationLog logAfterOneLap(int capacity) {
        OperationLog log = new OperationLog(capacity);
        for (int i = 0; i < capacity; i++) {
            log.tryAppend(of(-2));
        }
        log.advanceHead(capacity);
        return log;
    }
}
