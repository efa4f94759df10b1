package org.nr4j.linearizability;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.nr4j.linearizability.History.Operation;
import org.nr4j.linearizability.LinearizabilityChecker.Result;
import org.nr4j.linearizability.LinearizabilityChecker.Verdict;

/**
 * Searches for a linearization, by the algorithm of Wing and Gong (1993) with the memory of Lowe (2017).
 *
 * <p>Invocations and returns stand in a list in time order. An operation that was invoked before the first return of
 * the list may come next. To place it, its two events are removed from the list. If no operation fits, the last
 * placement is undone. A configuration is the set of placed operations and the state. A configuration that was met
 * before leads nowhere new.
 *
 * <p>Two rules keep real histories cheap:
 *
 * <ul>
 *   <li>A read that fits is placed at once, without an alternative, since it cannot block other operations. This does
 *       not hold for an update that happens to change nothing at that point, because it may be needed later.
 *   <li>Updates are tried in their likely order: the order of their returns, if nothing better is known.
 * </ul>
 */
final class Search<S, O, A> {
    private final Model<S, O, A> model;
    private final Comparator<Operation<O, A>> likelyOrder;
    private final int limit;
    private final int total;

    private final Event<O, A> events = new Event<>(null, -1, false, null); // head of the list
    private final BitSet placed = new BitSet();
    private final Deque<Choice<S, O, A>> path = new ArrayDeque<>();
    private final Set<Configuration<S>> seen = new HashSet<>();
    private final Violation<S, O, A> violation = new Violation<>();
    private S state;
    private int unreturned; // operations that have an outcome and are not placed

    Search(Model<S, O, A> model, List<Operation<O, A>> operations, Comparator<Operation<O, A>> likelyOrder, int limit) {
        this.model = model;
        this.likelyOrder = likelyOrder;
        this.limit = limit;
        this.total = operations.size();
        this.state = model.initial();
        List<Event<O, A>> sorted = new ArrayList<>();
        for (int id = 0; id < total; id++) {
            Operation<O, A> operation = operations.get(id);
            Event<O, A> end = operation.isPending() ? null : new Event<>(operation, id, true, null);
            sorted.add(new Event<>(operation, id, false, end));
            if (end != null) {
                sorted.add(end);
                unreturned++;
            }
        }
        // Only a strictly earlier return precedes an invocation.
        sorted.sort(Comparator.<Event<O, A>>comparingLong(Event::time).thenComparing(event -> event.isReturn));
        Event<O, A> last = events;
        for (Event<O, A> event : sorted) {
            event.previous = last;
            last.next = event;
            last = event;
        }
    }

    Result run() {
        Iterator<Placement<S, O, A>> candidates = candidates();
        while (unreturned > 0) {
            if (candidates.hasNext()) {
                Placement<S, O, A> next = candidates.next();
                S before = state;
                place(next);
                if (!seen.add(configuration())) {
                    undo(next, before);
                } else if (seen.size() > limit) {
                    return new Result(Verdict.UNKNOWN, seen.size(), violation.undecided(total, limit, model));
                } else {
                    path.addLast(new Choice<>(next, before, candidates));
                    candidates = candidates();
                }
            } else {
                violation.offer(events.next, path, state);
                if (path.isEmpty()) {
                    return new Result(Verdict.NOT_LINEARIZABLE, seen.size(), violation.report(total, model));
                }
                Choice<S, O, A> last = path.removeLast();
                undo(last.taken, last.before);
                candidates = last.others;
            }
        }
        return new Result(Verdict.LINEARIZABLE, seen.size(), "");
    }

    private Iterator<Placement<S, O, A>> candidates() {
        List<Placement<S, O, A>> fitting = new ArrayList<>();
        for (Event<O, A> event = events.next; event != null && !event.isReturn; event = event.next) {
            Operation<O, A> operation = event.operation;
            boolean reads = model.readOnly(operation.operation());
            if (reads && operation.isPending()) {
                continue;
            }
            Model.Step<S, A> step = model.step(state, operation.operation());
            if (operation.isPending()
                    ? !step.state().equals(state)
                    : step.outcome().equals(operation.outcome())) {
                Placement<S, O, A> placement = new Placement<>(event, step.state());
                if (reads) {
                    return List.of(placement).iterator();
                }
                fitting.add(placement);
            }
        }
        fitting.sort(Comparator.comparing(each -> each.call.operation, likelyOrder));
        return fitting.iterator();
    }

    private void place(Placement<S, O, A> placement) {
        Event<O, A> call = placement.call;
        call.unlink();
        if (call.end != null) {
            call.end.unlink();
            unreturned--;
        }
        placed.set(call.id);
        state = placement.after;
    }

    private void undo(Placement<S, O, A> placement, S before) {
        Event<O, A> call = placement.call;
        if (call.end != null) {
            call.end.relink();
            unreturned++;
        }
        call.relink();
        placed.clear(call.id);
        state = before;
    }

    private Configuration<S> configuration() {
        // Ids follow the order of invocation, so everything before the first event of the list is placed.
        int first = events.next == null ? total : events.next.id;
        return new Configuration<>(first, placed.get(first, Math.max(first, placed.length())), state);
    }

    record Placement<S, O, A>(Event<O, A> call, S after) {}

    record Choice<S, O, A>(Placement<S, O, A> taken, S before, Iterator<Placement<S, O, A>> others) {}

    /** Everything before {@code first} is placed; {@code later} has the others that are, counted from there. */
    private record Configuration<S>(int first, BitSet later, S state) {}

    /** The invocation or the return of an operation; a link of the list. */
    static final class Event<O, A> {
        final Operation<O, A> operation;
        final int id;
        final boolean isReturn;
        private final Event<O, A> end; // of an invocation: the return that belongs to it, if there is one
        private Event<O, A> previous;
        Event<O, A> next;

        private Event(Operation<O, A> operation, int id, boolean isReturn, Event<O, A> end) {
            this.operation = operation;
            this.id = id;
            this.isReturn = isReturn;
            this.end = end;
        }

        private long time() {
            return isReturn ? operation.returned() : operation.invoked();
        }

        private void unlink() {
            previous.next = next;
            if (next != null) {
                next.previous = previous;
            }
        }

        /** Undoes the last {@link #unlink} that was not undone. */
        private void relink() {
            previous.next = this;
            if (next != null) {
                next.previous = this;
            }
        }
    }
}
