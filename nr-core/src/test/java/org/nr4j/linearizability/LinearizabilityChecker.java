package org.nr4j.linearizability;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.nr4j.linearizability.History.Operation;

/**
 * Decides whether a history is linearizable. It is, if its operations can be put in one order with two properties:
 *
 * <ul>
 *   <li>No operation comes before one that had returned when it was invoked.
 *   <li>A sequential structure gives the very same outcomes in this order.
 * </ul>
 *
 * <p>Immutable. The decision is exponential in the worst case. Therefore a limit bounds the number of configurations.
 * Beyond it the verdict is {@link Verdict#UNKNOWN}, which {@link #assertLinearizable} treats as a failure.
 *
 * <pre>{@code
 * HistoryRecorder<Command<Cell>, Object> recorder = new HistoryRecorder<>();
 * new ConcurrentRun().threads(4, i -> recorder.record(Cell.add(1), replicated::executeMut)).run();
 * LinearizabilityChecker.of(Cell.model()).assertLinearizable(recorder.history());
 * }</pre>
 */
public final class LinearizabilityChecker<S, O, A> {
    public static final int DEFAULT_LIMIT = 1_000_000;

    private final Model<S, O, A> model;
    private final Function<? super O, ?> partition;
    private final Comparator<Operation<O, A>> likelyOrder;
    private final int limit;

    private LinearizabilityChecker(
            Model<S, O, A> model,
            Function<? super O, ?> partition,
            Comparator<Operation<O, A>> likelyOrder,
            int limit) {
        this.model = model;
        this.partition = partition;
        this.likelyOrder = likelyOrder;
        this.limit = limit;
    }

    public static <S, O, A> LinearizabilityChecker<S, O, A> of(Model<S, O, A> model) {
        return new LinearizabilityChecker<>(model, null, Comparator.comparingLong(Operation::returned), DEFAULT_LIMIT);
    }

    public static <S, O, A> Result check(Model<S, O, A> model, History<O, A> history) {
        return of(model).check(history);
    }

    /**
     * Checks the operations of each key alone, from the initial state. Linearizability is local, so this decides the
     * whole, if operations with different keys neither see nor change the same part of the state.
     */
    public LinearizabilityChecker<S, O, A> partitionedBy(Function<? super O, ?> key) {
        return new LinearizabilityChecker<>(model, key, likelyOrder, limit);
    }

    /**
     * Tries the operations in the order in which the structure itself says it applied them. This is a hint: even a
     * wrong hint does not change the verdict, and a right one leaves hardly anything to search. Queues and stacks that
     * are seldom empty need it, because the order of two additions shows only much later.
     *
     * @param applied the very objects that were recorded; reads, and unknown operations, can be missing
     */
    public LinearizabilityChecker<S, O, A> expecting(List<? extends O> applied) {
        Map<O, Integer> ranks = new IdentityHashMap<>();
        applied.forEach(each -> ranks.put(each, ranks.size()));
        Comparator<Operation<O, A>> byRank =
                Comparator.comparingInt(each -> ranks.getOrDefault(each.operation(), Integer.MAX_VALUE));
        return new LinearizabilityChecker<>(model, partition, byRank.thenComparingLong(Operation::returned), limit);
    }

    /** Gives up after this many configurations of one partition; each takes about 200 bytes and a state. */
    public LinearizabilityChecker<S, O, A> limitedTo(int configurations) {
        return new LinearizabilityChecker<>(model, partition, likelyOrder, configurations);
    }

    public Result check(History<O, A> history) {
        if (partition == null) {
            return new Search<>(model, history.operations(), likelyOrder, limit).run();
        }
        Map<Object, List<Operation<O, A>>> parts = new LinkedHashMap<>();
        for (Operation<O, A> each : history.operations()) {
            parts.computeIfAbsent(partition.apply(each.operation()), key -> new ArrayList<>())
                    .add(each);
        }
        Result worst = new Result(Verdict.LINEARIZABLE, 0, "");
        for (Map.Entry<Object, List<Operation<O, A>>> part : parts.entrySet()) {
            Result result = new Search<>(model, part.getValue(), likelyOrder, limit).run();
            if (result.verdict.compareTo(worst.verdict) > 0) {
                worst = new Result(
                        result.verdict, result.configurations, "Key " + part.getKey() + ": " + result.report);
            }
        }
        return worst;
    }

    /** Fails with a report that a person can read unless the history is linearizable. */
    public void assertLinearizable(History<O, A> history) {
        Result result = check(history);
        if (result.verdict != Verdict.LINEARIZABLE) {
            AssertionError error = new AssertionError(result.report);
            history.operations().stream()
                    .filter(each -> !each.isPending() && each.outcome().failure() != null)
                    .limit(3)
                    .forEach(each -> error.addSuppressed(each.outcome().failure()));
            throw error;
        }
    }

    /** From good to bad. */
    public enum Verdict {
        LINEARIZABLE,
        /** Not decided within the limit. */
        UNKNOWN,
        NOT_LINEARIZABLE
    }

    /** @param report what went wrong, empty if nothing did */
    public record Result(Verdict verdict, int configurations, String report) {}
}
