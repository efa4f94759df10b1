package org.nr4j.bench;

import java.util.Map;
import org.nr4j.Dispatch;
import org.nr4j.WriteBatch;

/**
 * A structure that is only memory (ASPLOS 2017, section 8). An operation visits some random cache lines out of many,
 * and reads or increments a number in each. Only two properties matter: how many lines an operation touches, and out of
 * how many.
 *
 * <p>An operation is the random number that selects its lines.
 */
final class SyntheticSubject implements Subject<Long, Long> {
    private static final int LINE = 8; // longs

    private final int footprint;
    private final int lines;

    /** Creates a structure of {@code footprint} cache lines, of which an operation touches {@code lines}. */
    SyntheticSubject(int footprint, int lines) {
        this.footprint = footprint;
        this.lines = lines;
    }

    @Override
    public Dispatch<Long, Long, Object> plain() {
        return new Lines(new long[footprint * LINE], footprint, lines);
    }

    /** Returns none, because the structure has no concurrent form. */
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

    /** The memory. An operation answers the sum of what it saw. */
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
