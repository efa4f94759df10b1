package org.nr4j.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.nr4j.linearizability.History.Operation;
import org.nr4j.linearizability.LinearizabilityChecker.Verdict;
import org.nr4j.testing.Seeded;

/** Checks the checker against the definition of linearizability, with all orders of small random histories. */
class BruteForceTest {
    private static final int HISTORIES = 2000;
    private static final int MAX_OPERATIONS = 6;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    @Test
    void check_smallCellHistories_agreesWithTheDefinition() {
        compare(Cell.model(), random -> switch (random.nextInt(5)) {
            case 0 -> Cell.write(random.nextInt(3));
            case 1 -> Cell.add(1);
            case 2 -> Cell.compareAndSet(random.nextInt(3), random.nextInt(3));
            default -> Cell.read();
        });
    }

    @Test
    void check_smallMapHistories_agreesWithTheDefinition() {
        compare(Maps.model(), random -> switch (random.nextInt(7)) {
            case 0 -> Maps.put(random.nextInt(2), random.nextInt(2));
            case 1 -> Maps.putIfAbsent(random.nextInt(2), random.nextInt(2));
            case 2 -> Maps.remove(random.nextInt(2));
            case 3 -> Maps.size();
            case 4 -> Maps.batch(List.of(Maps.put(0, random.nextInt(2)), Maps.get(1)));
            default -> Maps.get(random.nextInt(2));
        });
    }

    @Test
    void check_smallDequeHistories_agreesWithTheDefinition() {
        compare(Deques.model(), random -> switch (random.nextInt(5)) {
            case 0 -> Deques.offer(random.nextInt(3));
            case 1 -> Deques.push(random.nextInt(3));
            case 2 -> Deques.peek();
            default -> Deques.poll();
        });
    }

    private <S> void compare(Model<S, Command<S>, Object> model, Function<RandomGenerator, Command<S>> commands) {
        RandomGenerator random = seeded.random();
        Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
        for (int i = 0; i < HISTORIES; i++) {
            History<Command<S>, Object> history = randomHistory(model, commands, random);
            Verdict expected = isLinearizable(model, history) ? Verdict.LINEARIZABLE : Verdict.NOT_LINEARIZABLE;
            List<Command<S>> hint = new ArrayList<>();
            history.operations().forEach(each -> hint.add(random.nextInt(hint.size() + 1), each.operation()));
            LinearizabilityChecker<S, Command<S>, Object> checker = LinearizabilityChecker.of(model);
            assertThat(List.of(checker, checker.expecting(hint)))
                    .as(history::toString)
                    .allMatch(each -> each.check(history).verdict() == expected);
            verdicts.merge(expected, 1, Integer::sum);
        }
        // Or the comparison would say little.
        assertThat(verdicts.get(Verdict.LINEARIZABLE)).isGreaterThan(HISTORIES / 10);
        assertThat(verdicts.get(Verdict.NOT_LINEARIZABLE)).isGreaterThan(HISTORIES / 10);
    }

    /** The answers are those of some order, which need not respect the times, and some are then replaced. */
    private static <S> History<Command<S>, Object> randomHistory(
            Model<S, Command<S>, Object> model,
            Function<RandomGenerator, Command<S>> commands,
            RandomGenerator random) {
        int count = random.nextInt(MAX_OPERATIONS + 1);
        int spread = 1 + random.nextInt(6);
        S state = model.initial();
        Outcome<Object> previous = null;
        List<Operation<Command<S>, Object>> operations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Command<S> command = commands.apply(random);
            Model.Step<S, Object> step = model.step(state, command);
            state = step.state();
            Outcome<Object> outcome = random.nextInt(4) == 0 && previous != null ? previous : step.outcome();
            previous = outcome;
            long invoked = Math.max(0, 2L * i - random.nextInt(spread));
            long returned = 2L * i + 1 + random.nextInt(spread);
            boolean pending = random.nextInt(6) == 0;
            operations.add(new Operation<>(
                    "t" + i, command, pending ? null : outcome, invoked, pending ? Operation.NEVER : returned));
        }
        return new History<>(operations);
    }

    private static <S> boolean isLinearizable(Model<S, Command<S>, Object> model, History<Command<S>, Object> history) {
        return anyOrder(model, history.operations(), new ArrayList<>());
    }

    /** Whether some order of all that returned and any of those pending, that begins with {@code chosen}, is right. */
    private static <S> boolean anyOrder(
            Model<S, Command<S>, Object> model,
            List<Operation<Command<S>, Object>> all,
            List<Operation<Command<S>, Object>> chosen) {
        boolean complete = all.stream().allMatch(each -> each.isPending() || chosen.contains(each));
        if (complete && respectsTime(chosen) && respectsModel(model, chosen)) {
            return true;
        }
        for (Operation<Command<S>, Object> each : all) {
            if (!chosen.contains(each)) {
                List<Operation<Command<S>, Object>> longer = new ArrayList<>(chosen);
                longer.add(each);
                if (anyOrder(model, all, longer)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean respectsTime(List<? extends Operation<?, ?>> order) {
        for (int later = 0; later < order.size(); later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                if (order.get(later).precedes(order.get(earlier))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static <S> boolean respectsModel(
            Model<S, Command<S>, Object> model, List<Operation<Command<S>, Object>> order) {
        S state = model.initial();
        for (Operation<Command<S>, Object> each : order) {
            Model.Step<S, Object> step = model.step(state, each.operation());
            if (!each.isPending() && !step.outcome().equals(each.outcome())) {
                return false;
            }
            state = step.state();
        }
        return true;
    }
}
