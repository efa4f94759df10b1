package org.nr4j.linearizability;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.nr4j.linearizability.History.Operation;
import org.nr4j.linearizability.Search.Choice;
import org.nr4j.linearizability.Search.Event;

/**
 * Remembers the dead end that got furthest in time, and reports it.
 *
 * <p>A linearizable history stays linearizable when it is cut after a return. So the first return that no search could
 * pass is where the violation shows. The report shows the operations placed until then, and those that could not be
 * placed.
 */
final class Violation<S, O, A> {
    private static final int SHOWN = 10;
    private static final int SHOWN_STATE = 400;

    private Operation<O, A> blocker;
    private List<Operation<O, A>> prefix = List.of();
    private List<Operation<O, A>> unplaced = List.of();
    private S state;

    /** @param first the first event that is left in the list of the search */
    void offer(Event<O, A> first, Collection<Choice<S, O, A>> path, S reached) {
        List<Operation<O, A>> open = new ArrayList<>();
        Event<O, A> event = first;
        for (; !event.isReturn; event = event.next) {
            open.add(event.operation);
        }
        long time = event.operation.returned();
        if (blocker == null
                || time > blocker.returned()
                || (time == blocker.returned() && path.size() > prefix.size())) {
            blocker = event.operation;
            prefix = path.stream().map(each -> each.taken().call().operation).toList();
            unplaced = open;
            state = reached;
        }
    }

    String undecided(int total, int limit, Model<S, O, A> model) {
        String text = "Not decided after " + limit + " configurations.";
        return blocker == null ? text : text + " This operation is in the way:" + details(total, model);
    }

    String report(int total, Model<S, O, A> model) {
        return "Not linearizable. It shows when this operation returns:" + details(total, model);
    }

    private String details(int total, Model<S, O, A> model) {
        StringBuilder text = new StringBuilder("\n    ").append(blocker);
        text.append("\nLongest linearizable prefix: ")
                .append(prefix.size())
                .append(" of ")
                .append(total)
                .append(" operations");
        int hidden = Math.max(0, prefix.size() - SHOWN);
        text.append(hidden == 0 ? ", in this order:" : ", the last " + SHOWN + " in this order:");
        prefix.stream().skip(hidden).forEach(each -> text.append("\n    ").append(each));
        String shown = String.valueOf(state);
        text.append("\nState after it:\n    ")
                .append(shown.length() <= SHOWN_STATE ? shown : shown.substring(0, SHOWN_STATE) + " ...");
        text.append("\nNone of these fits next:");
        unplaced.stream()
                .sorted(Comparator.comparing(Operation<O, A>::thread).thenComparing(Operation::invoked))
                .forEach(each -> text.append("\n    ")
                        .append(each)
                        .append(", the model: ")
                        .append(model.step(state, each.operation()).outcome()));
        return text.append('\n').toString();
    }
}
