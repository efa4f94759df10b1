package org.nr4j.examples;

import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;

/**
 * A {@code TreeSet} of seat numbers with range queries that see a consistent set.
 *
 * <p>Shows two things that a {@code ConcurrentSkipListSet} does not have. A range read is one step, and so are several
 * writes given to {@code executeMutAll}. A group of three moves from row to row while a reader looks, and the reader
 * never sees the group split up. Answers are copies, because {@code subSet} is a view, which later writes would change.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.OrderedSetExample}
 */
public final class OrderedSetExample {
    private static final int GROUP = 3;
    private static final int ROWS = 500;
    private static final int ROW_LENGTH = 10;

    private OrderedSetExample() {}

    /** The one read: answers the taken seats from one number (inclusive) to another (exclusive). */
    record Range(int from, int to) {}

    /** The writes. Each answers the seats that it changed: one or none. */
    sealed interface Write {
        /** Takes a seat. */
        record Take(int seat) implements Write {}

        /** Leaves a seat. */
        record Leave(int seat) implements Write {}
    }

    /** The sequential structure. */
    static final class Seats implements Dispatch<Range, Write, List<Integer>> {
        private final NavigableSet<Integer> taken = new TreeSet<>();

        @Override
        public List<Integer> dispatch(Range range) {
            return List.copyOf(taken.subSet(range.from(), range.to()));
        }

        @Override
        public List<Integer> dispatchMut(Write op) {
            if (op instanceof Write.Take take) {
                return taken.add(take.seat()) ? List.of(take.seat()) : List.of();
            }
            int seat = ((Write.Leave) op).seat();
            return taken.remove(seat) ? List.of(seat) : List.of();
        }
    }

    public static void main(String[] args) throws InterruptedException {
        try (NodeReplicated<Range, Write, List<Integer>> seats =
                NodeReplicated.builder(Seats::new).build()) {
            System.out.println("taken: " + seats.executeMut(new Write.Take(1)));
            System.out.println("taken again: " + seats.executeMut(new Write.Take(1)));
            seats.executeMutAll(List.of(new Write.Take(2), new Write.Take(3)));

            AtomicBoolean moving = new AtomicBoolean(true);
            Thread mover = new Thread(() -> {
                for (int row = 0; row < ROWS; row++) {
                    seats.executeMutAll(List.of(
                            new Write.Leave(seat(row, 1)), new Write.Take(seat(row + 1, 1)),
                            new Write.Leave(seat(row, 2)), new Write.Take(seat(row + 1, 2)),
                            new Write.Leave(seat(row, 3)), new Write.Take(seat(row + 1, 3))));
                }
                moving.set(false);
            });
            mover.start();
            boolean together = true;
            while (moving.get()) {
                List<Integer> seen = seats.execute(new Range(0, Integer.MAX_VALUE));
                together &= seen.size() == GROUP && seen.get(GROUP - 1) - seen.get(0) == GROUP - 1;
            }
            mover.join();

            System.out.println("the group was seen together at all times: " + together);
            System.out.println("it sits at: " + seats.execute(new Range(seat(ROWS, 0), seat(ROWS + 1, 0))));
        }
    }

    private static int seat(int row, int number) {
        return row * ROW_LENGTH + number;
    }
}
