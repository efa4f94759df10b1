package org.nr4j.kv.internal.reconcile;

import org.nr4j.kv.internal.reconcile.wire.WireInput;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;

/** A request message of an initiator that has no answer yet. */
interface Task {
    /** Returns the type of the message. */
    int type();

    /**
     * Adds the body of the message. A repeated frame has the same bytes, without another call.
     *
     * @param room how many bytes a message that can be of any length may have
     */
    void write(WireOutput out, int room);

    /** Takes the answer, and adds the tasks that follow from it. */
    void answered(WireInput in);
}
