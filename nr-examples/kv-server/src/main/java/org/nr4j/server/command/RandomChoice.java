package org.nr4j.server.command;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/** Random elements of a collection, which a command asks for by a count. */
public final class RandomChoice {
    /** How many elements a command may ask for where they repeat. */
    private static final long MOST_REPEATED = 1 << 24;

    private RandomChoice() {}

    /** Returns the count in an argument. It may be negative: elements may then repeat. */
    public static long count(CommandContext c, int index) {
        long count = c.integer(index);
        if (count == Long.MIN_VALUE) {
            throw new CommandException(
                    "ERR value is out of range, value must between " + -Long.MAX_VALUE + " and " + Long.MAX_VALUE);
        }
        return count;
    }

    /** Whether the fourth argument asks for values or scores besides. */
    public static boolean isWith(CommandContext c, String word, long count) {
        if (c.count() == 3) {
            return false;
        }
        if (c.count() > 4 || !c.is(3, word)) {
            throw CommandException.syntax();
        }
        if (count < -Long.MAX_VALUE / 2 || count > Long.MAX_VALUE / 2) {
            throw new CommandException("ERR value is out of range");
        }
        return true;
    }

    /**
     * Returns elements of random ranks: different ones if the count is positive, else so many that may repeat.
     *
     * @param at returns the element of a rank
     */
    public static <T> List<T> choose(SplittableRandom random, long size, long count, LongFunction<T> at) {
        List<T> chosen = new ArrayList<>();
        if (size == 0) {
            return chosen;
        }
        if (count < 0) {
            if (count < -MOST_REPEATED) {
                throw new CommandException("ERR value is out of range");
            }
            for (long i = 0; i < -count; i++) {
                chosen.add(at.apply(random.nextLong(size)));
            }
            return chosen;
        }
        for (long rank : ranks(random, size, Math.min(count, size))) {
            chosen.add(at.apply(rank));
        }
        return chosen;
    }

    /** Returns different ranks below a size: Floyd's choice, in which each subset has the same chance. */
    private static Set<Long> ranks(SplittableRandom random, long size, long count) {
        Set<Long> ranks = new HashSet<>();
        for (long i = size - count; i < size; i++) {
            long rank = random.nextLong(i + 1);
            if (!ranks.add(rank)) {
                ranks.add(i);
            }
        }
        return ranks;
    }
}
