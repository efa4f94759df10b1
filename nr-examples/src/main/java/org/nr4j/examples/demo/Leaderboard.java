package org.nr4j.examples.demo;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.nr4j.Dispatch;

/**
 * Players and their points, with a ranking. These are two collections that must agree, and the JDK has no concurrent
 * class for them.
 */
final class Leaderboard implements Subject<Leaderboard.Read, Leaderboard.Award> {
    private static final int BEST = 10;
    private static final int MOST_POINTS = 9;

    private final int players;

    Leaderboard(int players) {
        this.players = players;
    }

    /** The operations that read. */
    sealed interface Read {
        /** Answers a player's points. */
        record Points(int player) implements Read {}

        /** Answers the sum of the points of the best players. */
        record Best() implements Read {}

        /** Answers a measure of the whole. */
        record Measured(Measure measure) implements Read {}
    }

    /** The operation that writes: gives points to a player and answers the new total. */
    record Award(int player, int points) {}

    private record Rank(long points, int player) {
        static final Comparator<Rank> BEST_FIRST =
                Comparator.comparingLong(Rank::points).reversed().thenComparingInt(Rank::player);
    }

    /** The sequential structure. */
    private static final class Board implements Dispatch<Read, Award, Long> {
        private final Map<Integer, Long> points = new HashMap<>();
        private final NavigableSet<Rank> ranking = new TreeSet<>(Rank.BEST_FIRST);

        Board(int players) {
            for (int player = 0; player < players; player++) {
                points.put(player, 0L);
                ranking.add(new Rank(0, player));
            }
        }

        @Override
        public Long dispatch(Read op) {
            if (op instanceof Read.Points read) {
                return points.get(read.player());
            }
            return op instanceof Read.Best ? best() : measure(((Read.Measured) op).measure());
        }

        @Override
        public Long dispatchMut(Award op) {
            long before = points.get(op.player());
            long after = before + op.points();
            points.put(op.player(), after);
            ranking.remove(new Rank(before, op.player()));
            ranking.add(new Rank(after, op.player()));
            return after;
        }

        private long best() {
            long sum = 0;
            Iterator<Rank> ranks = ranking.iterator();
            for (int i = 0; i < BEST && ranks.hasNext(); i++) {
                sum += ranks.next().points();
            }
            return sum;
        }

        /** The count comes from one collection and the checksum from the other, so that both are checked. */
        private long measure(Measure measure) {
            long result = 0;
            switch (measure) {
                case COUNT -> {
                    for (long value : points.values()) {
                        result += value;
                    }
                }
                case CHECKSUM -> {
                    for (Rank rank : ranking) {
                        result += rank.points() * Hash.of(rank.player());
                    }
                }
                case DIGEST -> {
                    for (Rank rank : ranking) {
                        result = Hash.of(Hash.of(result ^ rank.player()) ^ rank.points());
                    }
                    result ^= Hash.of(points.hashCode());
                }
            }
            return result;
        }
    }

    @Override
    public String name() {
        return String.format(Locale.ROOT, "leaderboard of %,d players, a HashMap and a TreeSet that agree", players);
    }

    @Override
    public String reads() {
        return "a player's points, or those of the " + BEST + " best";
    }

    @Override
    public String writes() {
        return "give points to a player";
    }

    @Override
    public Dispatch<Read, Award, Long> sequential() {
        return new Board(players);
    }

    @Override
    public Optional<Concurrent<Read, Award>> concurrent() {
        return Optional.empty();
    }

    @Override
    public Read randomRead(Dice dice) {
        return dice.coin() ? new Read.Best() : new Read.Points(dice.below(players));
    }

    @Override
    public Award randomWrite(Dice dice) {
        return new Award(dice.below(players), 1 + dice.below(MOST_POINTS));
    }

    @Override
    public Read measuring(Measure measure) {
        return new Read.Measured(measure);
    }

    @Override
    public void account(Award op, long answer, Account account) {
        account.add(op.player(), op.points());
    }
}
