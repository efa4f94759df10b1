package org.nr4j.internal.admin;

import java.util.List;

/**
 * Initializes the classes that operations need.
 *
 * <p>A class whose initialization fails is unusable for the life of the JVM. An operation may run when memory or the
 * stack is used up, so the first operation must not initialize a class.
 */
public final class Initialization {
    private static final List<String> CLASSES = List.of(
            "AnswerLostException",
            "BatchFailedException",
            "Follower",
            "FollowerOptions",
            "Snapshot",
            "StaleRead",
            "cnr.CnrFollower",
            "cnr.CnrSnapshot",
            "cnr.LogIndexes",
            "cnr.LogSet",
            "internal.admin.Closing",
            "internal.admin.ExclusiveAccess",
            "internal.admin.FollowerRegistry",
            "internal.admin.Operations",
            "internal.admin.Reconfiguration$Comparison",
            "internal.admin.Verification",
            "internal.async.AsyncSubmissions$Submission",
            "internal.combine.Batch",
            "internal.combine.BatchCursor",
            "internal.combine.BatchRequest",
            "internal.combine.CombinerPolicy",
            "internal.combine.Failures",
            "internal.combine.Failures$CallerStack",
            "internal.combine.Request",
            "internal.combine.Responses",
            "internal.follow.Ending",
            "internal.follow.LogFollower",
            "internal.follow.LogFollower$Task",
            "internal.lock.Backoff",
            "internal.lock.ReentrancyGuard$Mark",
            "internal.lock.StackReserve",
            "internal.log.LogCursor",
            "internal.log.LogEntry",
            "internal.log.WriteRun",
            "internal.multilog.CutFollowerRegistry$Joined",
            "internal.multilog.CutFollowerRegistry$State",
            "internal.multilog.CutReader",
            "internal.multilog.CutReader$Taken",
            "internal.multilog.CutSection",
            "internal.multilog.LogBarrier",
            "internal.multilog.MultiLogOperation",
            "internal.multilog.MultiLogOperation$Answered",
            "internal.multilog.MultiLogOperation$State",
            "internal.multilog.MultiLogWrites$AllHeld",
            "internal.multilog.RoutedWrites",
            "internal.multilog.RoutedWrites$Routed",
            "internal.replica.Journal",
            "internal.replica.LogCombiner",
            "internal.replica.LoggedReplica",
            "internal.replica.LostResponses",
            "internal.replica.Replica$StaleReader",
            "internal.replica.SharedStructure",
            "internal.replica.SoleReplica",
            "internal.stats.CombineCounters",
            "internal.stats.Events",
            "internal.stats.Events$Combine",
            "internal.stats.Events$Help",
            "internal.stats.Events$LogFull",
            "internal.stats.Events$ReplicaAdded",
            "internal.stats.Events$ReplicaRemoved",
            "internal.thread.ThreadIds",
            "internal.thread.ThreadKind");

    private Initialization() {}

    /**
     * Initializes the classes. Any thread may call this method, any number of times.
     *
     * @throws LinkageError if a class cannot be initialized
     */
    public static void ensure() {
        ClassLoader loader = Initialization.class.getClassLoader();
        for (String name : CLASSES) {
            try {
                Class.forName("org.nr4j." + name, /* initialize= */ true, loader);
            } catch (ClassNotFoundException e) {
                throw new LinkageError("nr4j must be complete: missing=" + name + "; use the whole jar", e);
            }
        }
    }
}
