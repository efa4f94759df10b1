package org.nr4j.internal.admin;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.internal.replica.Lifecycle;
import org.nr4j.internal.replica.LostResponses;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.internal.replica.SharedStructure;
import org.nr4j.internal.stats.Events;
import org.nr4j.internal.thread.ThreadIds;

/**
 * Completes the requests that a quarantined replica left unanswered, and rebuilds the replica.
 *
 * <p>This runs on a thread of its own. The thread that hit the error may have almost no stack left, and must not apply
 * operations to a healthy replica.
 */
final class QuarantineRescue<R, W, A extends @Nullable Object> implements Lifecycle.Rescuer<R, W, A> {
    private static final Logger LOGGER = System.getLogger(QuarantineRescue.class.getName());

    private final Lanes<R, W, A> lanes;
    private final Reconfiguration<R, W, A> reconfiguration;

    QuarantineRescue(Lanes<R, W, A> lanes, Reconfiguration<R, W, A> reconfiguration) {
        this.lanes = lanes;
        this.reconfiguration = reconfiguration;
    }

    @Override
    public void rescue(ReplicaSet<R, W, A> log, Replica<R, W, A> replica) {
        if (!replica.beginRescue()) {
            return;
        }
        try {
            Thread thread = new Thread(() -> rescueHere(log, replica), "nr4j-rescue-" + replica.id());
            thread.setDaemon(true);
            thread.start();
        } catch (Throwable e) { // no memory for a thread: the next caller tries again
            replica.rescued = false; // a field store: there may be no stack left for a call
        }
    }

    private void rescueHere(ReplicaSet<R, W, A> log, Replica<R, W, A> replica) {
        long threadId = ThreadIds.current();
        try {
            quarantineLanes(replica, threadId);
            answer(log, replica, threadId);
        } catch (Throwable e) {
            replica.rescued = false; // a waiting thread tries again, unless the instance has stopped
            return;
        }
        if (log != lanes.first()) {
            return; // the replica's lane in the first log is quarantined too, and does the rest
        }
        try {
            report(replica);
            if (reconfiguration.rebuild(replica, threadId)) {
                LOGGER.log(Level.INFO, "replica " + replica.id() + " was rebuilt from another one");
            }
        } catch (Throwable e) {
            if (!log.isClosing()) {
                LOGGER.log(
                        Level.ERROR,
                        "a quarantined replica could not be rebuilt: replica=" + replica.id()
                                + "; the others go on, remove it and add another one",
                        e);
            }
        }
    }

    /** Quarantines all lanes of a quarantined replica: its structure is unusable for every log. */
    void quarantineLanes(Replica<R, W, A> replica, long threadId) {
        VirtualMachineError error = replica.error();
        if (lanes.logs.size() == 1 || error == null) {
            return;
        }
        SharedStructure.reportTo(replica.dispatch(), error); // for threads that wait for a quarantined lane
        Dispatch<R, W, A> structure = SharedStructure.structureOf(replica.dispatch());
        for (ReplicaSet<R, W, A> log : lanes.logs) {
            Replica<R, W, A> lane = log.find(replica.id());
            if (lane != null && SharedStructure.structureOf(lane.dispatch()) == structure) {
                lane.holder().quarantine(error, threadId);
            }
        }
    }

    /**
     * Completes the requests that the replica left. Replicas that have yet to apply such a write answer it. The other
     * requests fail with {@link org.nr4j.AnswerLostException}. A concurrent close comes either before that failure or
     * after it.
     */
    private void answer(ReplicaSet<R, W, A> log, Replica<R, W, A> replica, long threadId) {
        log.awaitApplied(log.log().tail(), threadId);
        reconfiguration.whileNothingChanges(() -> LostResponses.fail(replica));
    }

    private void report(Replica<R, W, A> replica) {
        Events.ReplicaQuarantined event = new Events.ReplicaQuarantined();
        event.replica = replica.id();
        event.error = String.valueOf(replica.error());
        event.commit();
        LOGGER.log(
                Level.ERROR,
                "dispatchMut must not exhaust the memory or the stack: replica=" + replica.id() + " threw="
                        + replica.error() + "; it is out of service, the others go on, and "
                        + (reconfiguration.canAdd()
                                ? "it is rebuilt from another one"
                                : "nothing replaces it: give the builder a copier, or remove it"),
                replica.error());
    }
}
