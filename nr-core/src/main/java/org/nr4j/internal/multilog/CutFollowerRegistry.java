package org.nr4j.internal.multilog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.FollowerOptions;
import org.nr4j.LogConsumer;
import org.nr4j.Snapshot;
import org.nr4j.internal.admin.ExclusiveAccess;
import org.nr4j.internal.admin.FollowerRegistry;
import org.nr4j.internal.follow.LogFollower;
import org.nr4j.internal.lock.StackReserve;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.internal.replica.SharedStructure;

/**
 * Takes snapshots of all logs of an instance, and lets followers join the logs. Any thread may call the methods, but
 * not from inside an operation.
 */
public final class CutFollowerRegistry<R, W, A extends @Nullable Object> {
    private final MultiLog<R, W, A> logs;
    private final List<ReplicaSet<R, Object, A>> groups;

    /** The result of a function of a structure, with the number of writes of each log that the structure had. */
    public static final class State<S extends @Nullable Object> {
        private final long[] indexes;
        private final S value;

        State(long[] indexes, S value) {
            this.indexes = indexes;
            this.value = value;
        }

        /** Returns the number of writes, by log. */
        public long[] indexes() {
            return indexes.clone();
        }

        /** Returns the function's result. */
        public S value() {
            return value;
        }
    }

    /** Receives cuts: the function of a follower's owner. */
    @FunctionalInterface
    public interface Consumer {
        /** See {@link LogFollower.Consumer}. */
        void accept(LogsCut cut) throws Exception;
    }

    /** Creates a registry for the logs of an instance. */
    public CutFollowerRegistry(MultiLog<R, W, A> logs) {
        this.logs = logs;
        this.groups = logs.groups().groups;
    }

    /** Applies a function to the calling thread's replica at one moment of all logs. */
    public <S extends @Nullable Object> State<S> snapshot(
            Function<? super Dispatch<R, W, A>, ? extends S> function, long threadId) {
        return groups.size() == 1
                ? stateOf(ExclusiveAccess.toOne(
                        groups.get(0), replica -> replica.holder().snapshot(ofRaw(function)), threadId))
                : logs.reads().atOneMomentOfAll(lanes -> stateAt(lanes, function), MultiLog.NEAREST, threadId);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // the barriers lead to a structure that knows nothing of logs
    private static <R, W, A extends @Nullable Object, S extends @Nullable Object> State<S> stateAt(
            Replica<R, Object, A>[] lanes, Function<? super Dispatch<R, W, A>, ? extends S> function) {
        long[] indexes = Arrays.stream(lanes).mapToLong(Replica::writesApplied).toArray();
        Dispatch<R, W, A> structure = (Dispatch) SharedStructure.structureOf(lanes[0].dispatch());
        return new State<>(indexes, function.apply(structure));
    }

    private static <S extends @Nullable Object> State<S> stateOf(Snapshot<S> snapshot) {
        return new State<>(new long[] {snapshot.index()}, snapshot.state());
    }

    /**
     * Casts a function of structures. With one log no barrier stands before a structure: the log's operations go to the
     * structure itself.
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <R, W, A extends @Nullable Object, S extends @Nullable Object>
            Function<? super Dispatch<R, Object, A>, ? extends S> ofRaw(
                    Function<? super Dispatch<R, W, A>, ? extends S> function) {
        return (Function) function;
    }

    /** Starts a follower at the present moment. */
    public LogFollower<?> follow(Consumer consumer, FollowerOptions options, long threadId) {
        if (groups.size() == 1) {
            return FollowerRegistry.joiningEntries(groups.get(0))
                    .follow(FollowerRegistry.NOW, ofOneLog(consumer), options, threadId);
        }
        StackReserve.require(); // a follower that has joined and does not start would hold up the writers
        Joined<?> joined = join(structure -> "", options, threadId);
        joined.follower.start(consumer::accept);
        return joined.follower;
    }

    /** Takes a snapshot and starts a follower there. The consumer is made from the snapshot. */
    public <S extends @Nullable Object> LogFollower<?> follow(
            Function<? super Dispatch<R, W, A>, ? extends S> function,
            Function<? super State<S>, ? extends Consumer> consumer,
            FollowerOptions options,
            long threadId) {
        if (groups.size() == 1) {
            return FollowerRegistry.joiningEntries(groups.get(0))
                    .<S>follow(
                            ofRaw(function),
                            snapshot -> ofOneLog(consumer.apply(stateOf(snapshot))),
                            options,
                            threadId);
        }
        StackReserve.require(); // as above
        Joined<S> joined = join(function, options, threadId);
        boolean started = false;
        try {
            joined.follower.start(consumer.apply(joined.state)::accept);
            started = true;
        } finally {
            if (!started) {
                joined.follower.cancel();
            }
        }
        return joined.follower;
    }

    private static LogConsumer<Object> ofOneLog(Consumer consumer) {
        return (index, writes) -> consumer.accept(LogsCut.ofOneLog(index, writes));
    }

    private record Joined<S extends @Nullable Object>(LogFollower<LogsCut> follower, State<S> state) {}

    private <S extends @Nullable Object> Joined<S> join(
            Function<? super Dispatch<R, W, A>, ? extends S> function, FollowerOptions options, long threadId) {
        return logs.reads()
                .atOneMomentOfAll(
                        lanes -> {
                            State<S> state = stateAt(lanes, function);
                            return new Joined<>(enlist(lanes, state.indexes, options), state);
                        },
                        MultiLog.NEAREST,
                        threadId);
    }

    private LogFollower<LogsCut> enlist(Replica<R, Object, A>[] lanes, long[] indexes, FollowerOptions options) {
        List<LogCursor<Object>> readers = new ArrayList<>();
        for (int log = 0; log < indexes.length; log++) {
            readers.add(lanes[log].newCursor(indexes[log]));
        }
        return FollowerRegistry.enlist(options, groups, readers, logs.newCutReader(readers));
    }
}
