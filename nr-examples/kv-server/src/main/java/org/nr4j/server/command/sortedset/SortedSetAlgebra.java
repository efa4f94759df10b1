package org.nr4j.server.command.sortedset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.SetData;
import org.nr4j.server.type.SortedSetData;
import org.nr4j.server.type.SortedSetData.Member;
import org.nr4j.server.type.Type;

/** Unions, intersections and differences of sorted sets. A set counts as one whose scores are all 1. */
public final class SortedSetAlgebra {
    private static final Comparator<Member> ORDER =
            Comparator.comparingDouble(Member::score).thenComparing(Member::name, Arrays::compareUnsigned);

    /** What becomes of the sets. */
    private enum Operation {
        UNION,
        INTERSECTION,
        DIFFERENCE
    }

    private final CommandContext c;
    private final Operation operation;
    private final boolean stores;
    private final boolean counts;
    private final int keysAt;
    private final int keys;
    private final List<Map<byte[], Double>> sets = new ArrayList<>();
    private final double[] weights;
    private DoubleBinaryOperator aggregate = SortedSetAlgebra::sum;
    private boolean withScores;
    private long most = Long.MAX_VALUE;

    private SortedSetAlgebra(CommandContext c, Operation operation, boolean stores, boolean counts) {
        this.c = c;
        this.operation = operation;
        this.stores = stores;
        this.counts = counts;
        this.keysAt = stores ? 3 : 2;
        this.keys = keyCount();
        this.weights = new double[keys];
        Arrays.fill(weights, 1);
        for (int i = 0; i < keys; i++) {
            sets.add(read(c.arg(keysAt + i)));
        }
        parseOptions();
    }

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("ZUNION", c -> new SortedSetAlgebra(c, Operation.UNION, false, false).run());
        binder.bind("ZINTER", c -> new SortedSetAlgebra(c, Operation.INTERSECTION, false, false).run());
        binder.bind("ZDIFF", c -> new SortedSetAlgebra(c, Operation.DIFFERENCE, false, false).run());
        binder.bind("ZUNIONSTORE", c -> new SortedSetAlgebra(c, Operation.UNION, true, false).run());
        binder.bind("ZINTERSTORE", c -> new SortedSetAlgebra(c, Operation.INTERSECTION, true, false).run());
        binder.bind("ZDIFFSTORE", c -> new SortedSetAlgebra(c, Operation.DIFFERENCE, true, false).run());
        binder.bind("ZINTERCARD", c -> new SortedSetAlgebra(c, Operation.INTERSECTION, false, true).run());
    }

    private static double sum(double a, double b) {
        double sum = a + b;
        return Double.isNaN(sum) ? 0 : sum; // of two infinities
    }

    // ---- arguments ----

    private int keyCount() {
        long count = c.integer(keysAt - 1);
        if (count < 1) {
            throw new CommandException(
                    "ERR at least 1 input key is needed for '" + c.command().fullName() + "' command");
        }
        if (count > c.count() - keysAt) {
            throw CommandException.syntax();
        }
        return (int) count;
    }

    private Map<byte[], Double> read(byte[] key) {
        Map<byte[], Double> members = new TreeMap<>(Arrays::compareUnsigned);
        if (c.keys().type(c.database(), key) == Type.SET) {
            new SetData(c.keys(), c.database(), key).members().forEach(member -> members.put(member, 1.0));
        } else {
            new SortedSetData(c.keys(), c.database(), key)
                    .members()
                    .forEach(member -> members.put(member.name(), member.score()));
        }
        return members;
    }

    private void parseOptions() {
        boolean weighs = operation != Operation.DIFFERENCE && !counts;
        int i = keysAt + keys;
        while (i < c.count()) {
            int rest = c.count() - i;
            if (weighs && rest > keys && c.is(i, "WEIGHTS")) {
                for (int k = 0; k < keys; k++) {
                    weights[k] = c.number(i + 1 + k, "ERR weight value is not a float");
                }
                i += 1 + keys;
            } else if (weighs && rest >= 2 && c.is(i, "AGGREGATE")) {
                aggregate = aggregate(i + 1);
                i += 2;
            } else if (!stores && !counts && c.is(i, "WITHSCORES")) {
                withScores = true;
                i++;
            } else if (counts && rest >= 2 && c.is(i, "LIMIT")) {
                most = c.integer(i + 1, 0, Long.MAX_VALUE, "ERR LIMIT can't be negative");
                most = most == 0 ? Long.MAX_VALUE : most;
                i += 2;
            } else {
                throw CommandException.syntax();
            }
        }
    }

    private DoubleBinaryOperator aggregate(int index) {
        if (c.is(index, "SUM")) {
            return SortedSetAlgebra::sum;
        }
        if (c.is(index, "MIN")) {
            return (a, b) -> b < a ? b : a; // which of two zeros it is depends on the order, as in Redis
        }
        if (c.is(index, "MAX")) {
            return (a, b) -> b > a ? b : a;
        }
        throw CommandException.syntax();
    }

    // ---- the operation ----

    private void run() {
        List<Member> members = members();
        if (counts) {
            c.reply().integer(Math.min(most, members.size()));
        } else if (stores) {
            boolean replaces = c.keys().remove(c.database(), c.key());
            SortedSetData target = SortedSetCommands.set(c);
            members.forEach(member -> target.put(member.name(), member.score()));
            target.saveInPlace(replaces, c.command().fullName());
            c.reply().integer(members.size());
        } else {
            SortedSetCommands.replyWith(c, members, withScores);
        }
    }

    private List<Member> members() {
        Map<byte[], Double> result = weighted(0);
        for (int i = 1; i < keys; i++) {
            Map<byte[], Double> other = weighted(i);
            switch (operation) {
                case UNION -> other.forEach((name, score) -> result.merge(name, score, aggregate::applyAsDouble));
                case INTERSECTION -> {
                    result.keySet().removeIf(name -> !other.containsKey(name));
                    result.replaceAll((name, score) -> aggregate.applyAsDouble(score, other.getOrDefault(name, score)));
                }
                case DIFFERENCE -> result.keySet().removeAll(other.keySet());
            }
        }
        List<Member> members = new ArrayList<>();
        result.forEach((name, score) -> members.add(new Member(name, score)));
        members.sort(ORDER);
        return members;
    }

    private Map<byte[], Double> weighted(int index) {
        Map<byte[], Double> set = sets.get(index);
        set.replaceAll((name, score) -> {
            double weighted = weights[index] * score;
            return Double.isNaN(weighted) ? 0 : weighted;
        });
        return set;
    }
}
