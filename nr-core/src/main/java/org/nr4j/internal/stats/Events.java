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
 * Those that begin while a lock is held are made by `beginIfEnabled`, so that none exists while nobody records. The JIT
 * would leave such an object out, and the JVM would make it when it deoptimizes. If there is no memory for it then, the
 * JVM drops the compiled frame without its finally blocks, and with them what releases the lock.
 */
public final class Events {
    private Events() {}

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

        /** A new event that has begun; null unless a recording asked for it. */
        public static @Nullable Combine beginIfEnabled() {
            if (!new Combine().isEnabled()) {
                return null;
            }
            Combine event = new Combine();
            event.begin();
            return event;
        }
    }

    /** A combiner waited for room. */
    @Name("org.nr4j.LogFull")
    @Label("Log full")
    @Description("A combiner waited for room in the log, or for a follower")
    @Enabled(false)
    public static final class LogFull extends OfReplica {
        /** A new event that has begun; null unless a recording asked for it. */
        public static @Nullable LogFull beginIfEnabled() {
            if (!new LogFull().isEnabled()) {
                return null;
            }
            LogFull event = new LogFull();
            event.begin();
            return event;
        }
    }

    /** A combiner applied the log for another replica. */
    @Name("org.nr4j.Help")
    @Label("Help")
    @Description("A combiner that found the log full applied it for this replica")
    @Enabled(false)
    public static final class Help extends OfReplica {
        /** A new event that has begun; null unless a recording asked for it. */
        public static @Nullable Help beginIfEnabled() {
            if (!new Help().isEnabled()) {
                return null;
            }
            Help event = new Help();
            event.begin();
            return event;
        }
    }

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
