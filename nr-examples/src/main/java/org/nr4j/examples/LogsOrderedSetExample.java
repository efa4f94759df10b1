package org.nr4j.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.nr4j.cnr.ConcurrentDispatch;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.LogSet;

/**
 * The seats of {@link OrderedSetExample} over several logs. Each log has a range of seats, called a block, and a {@code
 * TreeSet} for it.
 *
 * <p>Shows when to map ranges to logs. For single seats, hash codes would do as well. A scan, however, involves only
 * the blocks in its range and gets them in order. It sees all of them at one moment, and so does an atomic batch over
 * several blocks. A group that moves from block to block is therefore never seen split up. Ranges have a drawback: if
 * all threads work on neighbouring seats, they share a log.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java
 * -Dexec.mainClass=org.nr4j.examples.LogsOrderedSetExample}
 */
public final class LogsOrderedSetExample {
    private static final int BLOCKS = 4;
    private static final int BLOCK_SIZE = 1_000;
    private static final int GROUP = 3;
    private static final int MOVES = 500;

    private LogsOrderedSetExample() {}

    /** Reads the taken seats from one number (inclusive) to another (exclusive). */
    record Range(int from, int to) {
        LogSet logs() {
            return LogSet.of(
                    IntStream.rangeClosed(blockOf(from), blockOf(to - 1)).toArray());
        }
    }

    /** The writes. Each answers the seats that it changed: one or none. */
    sealed interface Write {
        int seat();

        /** Takes a seat. */
        record Take(int seat) implements Write {}

        /** Leaves a seat. */
        record Leave(int seat) implements Write {}
    }

    /** One replica, with a set for each block. Operations of different blocks share nothing. */
    static final class Seats implements ConcurrentDispatch<Range, Write, List<Integer>> {
        private final List<NavigableSet<Integer>> taken = new ArrayList<>();

        Seats() {
            for (int block = 0; block < BLOCKS; block++) {
                taken.add(new TreeSet<>());
            }
        }

        @Override
        public List<Integer> dispatch(Range range) {
            List<Integer> seats = new ArrayList<>();
            for (int block = blockOf(range.from()); block <= blockOf(range.to() - 1); block++) {
                seats.addAll(taken.get(block).subSet(range.from(), range.to()));
            }
            return seats;
        }

        @Override
        public List<Integer> dispatchMut(Write op) {
            NavigableSet<Integer> block = taken.get(blockOf(op.seat()));
            boolean changed = op instanceof Write.Take ? block.add(op.seat()) : block.remove(op.seat());
            return changed ? List.of(op.seat()) : List.of();
        }
    }

    private static int blockOf(int seat) {
        return seat / BLOCK_SIZE;
    }

    public static void main(String[] args) throws InterruptedException {
        try (ConcurrentNodeReplicated<Range, Write, List<Integer>> seats =
                ConcurrentNodeReplicated.<Range, Write, List<Integer>>builder(
                                Seats::new,
                                (range, logs) -> range.logs(),
                                (write, logs) -> LogSet.one(blockOf(write.seat())))
                        .logs(BLOCKS)
                        .build()) {
            System.out.println("taken: " + seats.executeMut(new Write.Take(first(0))));
            System.out.println("taken again: " + seats.executeMut(new Write.Take(first(0))));
            seats.executeMutAll(List.of(new Write.Take(first(0) + 1), new Write.Take(first(0) + 2)));

            AtomicBoolean moving = new AtomicBoolean(true);
            Thread mover = new Thread(() -> {
                for (int move = 0; move < MOVES; move++) {
                    seats.executeMutAll(writes(first(move), first(move + 1)));
                }
                moving.set(false);
            });
            mover.start();
            boolean together = true;
            while (moving.get()) {
                List<Integer> seen = seats.execute(new Range(0, BLOCKS * BLOCK_SIZE));
                together &= seen.size() == GROUP && seen.get(GROUP - 1) - seen.get(0) == GROUP - 1;
            }
            mover.join();

            System.out.println("the group was seen together at all times: " + together);
            System.out.println("it sits at: " + seats.execute(new Range(first(MOVES), first(MOVES) + BLOCK_SIZE)));
            System.out.println("a look at some seats is of: " + new Range(1_100, 1_300).logs()
                    + ", at those about the edge of a block of: " + new Range(1_900, 2_100).logs());
        }
    }

    /** The group's first seat after a number of moves. Each move goes to the next block, and some cross an edge. */
    private static int first(int move) {
        return move % (BLOCKS - 1) * BLOCK_SIZE + BLOCK_SIZE - 2 + move % 2;
    }

    private static List<Write> writes(int from, int to) {
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < GROUP; i++) {
            writes.add(new Write.Leave(from + i));
            writes.add(new Write.Take(to + i));
        }
        return writes;
    }
}
