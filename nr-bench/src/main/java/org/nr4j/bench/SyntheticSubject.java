package org.nr4j.bench;

import java.util.Map;
import org.nr4j.Dispatch;
import org.nr4j.WriteBatch;

/**
 * A structure that is nothing but memory: an operation goes to some cache lines of many, at random, and reads a number
 * of each, or increments it. How much an operation touches, and of how much, is all there is to it (ASPLOS 2017,
 * section 8).
 *
 * <p>An operation is the random number by which it finds its lines.
 */
final class SyntheticSubject implements Subject<Long, Long> {
    private static final int LINE = 8; // longs

    private final int footprint;
    private final int lines;

    /** Operations of {@code lines} cache lines out of {@code footprint}. */
    SyntheticSubject(int footprint, int lines) {
        this.footprint = footprint;
        this.lines = lines;
    }

    @Override
    public Dispatch<Long, Long, Object> plain() {
        return new Lines(new long[footprint * LINE], footprint, lines);
    }

    /** None: there is no concurrent form of it. */
    @Override
    public Map<String, Rival<Long, Long>> rivals() {
        return Map.of();
    }

    @Override
    public Long read(long roll) {
        return roll;
    }

    @Override
    public Long write(long roll) {
        return roll;
    }

    /** Answers the sum of what it saw. */
    private record Lines(long[] memory, int footprint, int lines) implements Dispatch<Long, Long, Object> {
        @Override
        public Object dispatch(Long op) {
            long sum = 0;
            long roll = op;
            for (int i = 0; i < lines; i++) {
                sum += memory[Dice.below(roll, footprint) * LINE];
                roll = Dice.next(roll);
            }
            return sum;
        }

        @Override
        public Object dispatchMut(Long op) {
            long sum = 0;
            long roll = op;
            for (int i = 0; i < lines; i++) {
                sum += memory[Dice.below(roll, footprint) * LINE]++;
                roll = Dice.next(roll);
            }
            return sum;
        }

        @Override
        public void dispatchMutAll(WriteBatch<Long, Object> batch) {
            while (batch.hasNext()) {
                batch.answer(dispatchMut(batch.next()));
            }
        }
    }
}
