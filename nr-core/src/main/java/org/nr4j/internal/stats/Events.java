package org.nr4j.internal.stats;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * The events for JDK Flight Recorder. If no recording wants an event, the virtual machine leaves out the code that
 * creates and commits it. Frequent events are off in a recording by default. Events that say that something changed are
 * on.
 */
/*
 * An event that spans work under a lock goes through `begun`, so that no event lives on while nobody records. The JIT
 * would leave such an object out, and the JVM would make it when it deoptimizes. If there is no memory for it then, the
 * JVM drops the compiled frame, with the finally blocks that release the lock.
 */
public final class Events {
    private Events() {}

    /** Begins a new event and returns it. Returns null instead if no recording wants it. */
    public static <E extends Event> @Nullable E begun(E event) {
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    /** The fields of events that concern one replica. */
    @Category("nr4j")
    @StackTrace(false)
    public abstract static class OfReplica extends Event {
        @Label("Replica")
        @Description("The number of the replica")
        public int replica;
    }

    /** A round of a combiner. */
    @Name("org.nr4j.Combine")
    @Label("Combine")
    @Description("A combiner collected writes, put them into the log and applied it")
    @Enabled(false)
    public static final class Combine extends OfReplica {
        @Label("Operations")
        @Description("How many writes it collected")
        public int operations;
    }

    /** A combiner waited for room. */
    @Name("org.nr4j.LogFull")
    @Label("Log full")
    @Description("A combiner waited for room in the log, or for a follower")
    @Enabled(false)
    public static final class LogFull extends OfReplica {}

    /** A combiner applied the log for another replica. */
    @Name("org.nr4j.Help")
    @Label("Help")
    @Description("A combiner that found the log full applied it for this replica")
    @Enabled(false)
    public static final class Help extends OfReplica {}

    /** A replica came into service. */
    @Name("org.nr4j.ReplicaAdded")
    @Label("Replica added")
    public static final class ReplicaAdded extends OfReplica {
        @Label("Node")
        public int node;

        @Label("Index")
        @Description("How many writes the copy had")
        public long index;
    }

    /** A replica was taken out of service. */
    @Name("org.nr4j.ReplicaRemoved")
    @Label("Replica removed")
    public static final class ReplicaRemoved extends OfReplica {}

    /** A replica was quarantined. */
    @Name("org.nr4j.ReplicaQuarantined")
    @Label("Replica quarantined")
    public static final class ReplicaQuarantined extends OfReplica {
        @Label("Error")
        public String error = "";
    }

    /** Replicas were compared and differ. */
    @Name("org.nr4j.ReplicasDiffer")
    @Label("Replicas differ")
    public static final class ReplicasDiffer extends OfReplica {
        @Label("Index")
        public long index;
    }

    /** A durable store put its log on the disk. */
    @Name("org.nr4j.LogSync")
    @Label("Log sync")
    @Description("A durable store waited until the disk had the writes since the last sync")
    @Category("nr4j")
    @StackTrace(false)
    @Enabled(false)
    public static final class LogSync extends Event {
        @Label("Bytes")
        @Description("How many bytes the log on the disk has grown since the store was opened")
        public long bytes;
    }

    /** A durable store replaced the start of its log by a snapshot. */
    @Name("org.nr4j.LogSnapshot")
    @Label("Log snapshot")
    @Description("A durable store took and wrote a snapshot, in the background")
    @Category("nr4j")
    @StackTrace(false)
    public static final class LogSnapshot extends Event {
        @Label("Entries")
        public long entries;

        @Label("Error")
        @Description("Why it failed; empty if it did not")
        public String error = "";
    }

    /** A durable store was opened. */
    @Name("org.nr4j.Recovery")
    @Label("Recovery")
    @Description("A durable store read its snapshot and its log")
    @Category("nr4j")
    @StackTrace(false)
    public static final class Recovery extends Event {
        @Label("Bytes")
        public long bytes;

        @Label("Entries")
        public long entries;

        @Label("Cut bytes")
        @Description("The half-written end of the log that was cut off")
        public long cutBytes;
    }

    /** A follower ended with an error. */
    @Name("org.nr4j.FollowerDropped")
    @Label("Follower dropped")
    @Description("A follower fell behind, threw, or its executor refused it")
    @Category("nr4j")
    @StackTrace(false)
    public static final class FollowerDropped extends Event {
        @Label("Follower")
        public String follower = "";

        @Label("Index")
        @Description("The first write it has not consumed")
        public long index;

        @Label("Reason")
        public String reason = "";
    }
}
