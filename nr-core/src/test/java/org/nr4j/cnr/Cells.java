package org.nr4j.cnr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.nr4j.linearizability.Model;

/**
 * A few numbers, each of which belongs to a log. The structure counts wrong use by the library: two operations on a
 * number at the same time, one of which writes. It sometimes yields in the middle of an operation.
 */
public final class Cells implements ConcurrentDispatch<Cells.Op, Cells.Op, Object>, AutoCloseable {
    public static final int COUNT = 4;
    private static final int WRITING = 1000;

    final long[] values = new long[COUNT];
    final List<Op>[] applied = newLists();
    volatile int closed;
    private final AtomicIntegerArray inside = new AtomicIntegerArray(COUNT);

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static List<Op>[] newLists() {
        return IntStream.range(0, COUNT).mapToObj(i -> new ArrayList<>()).toArray(List[]::new);
    }

    /** An operation on some of the cells. */
    public record Op(String name, List<Integer> cells, boolean readOnly, Function<Cells, Object> body) {
        @Override
        public String toString() {
            return name + cells;
        }
    }

    public static LogSet logsOf(Op op, int logs) {
        return LogSet.of(op.cells.stream().mapToInt(cell -> cell % logs).toArray());
    }

    /** Answers the values. */
    public static Op read(Integer... cells) {
        return new Op("read", List.of(cells), true, all -> all.valuesOf(cells));
    }

    /** Adds to each and answers the new values. */
    public static Op add(long delta, Integer... cells) {
        return write("add " + delta + " to ", all -> all.plus(delta, cells), cells);
    }

    /** Adds to each, then throws. */
    public static Op addThenThrow(long delta, Integer... cells) {
        return write(
                "addThenThrow " + delta + " to ",
                all -> {
                    throw new IllegalArgumentException("added: " + all.plus(delta, cells));
                },
                cells);
    }

    /**
     * Adds to each number. The first structure that applies it fails with an error of the virtual machine and is left
     * half changed.
     */
    static Op breakOne(boolean outOfMemory, long delta, Integer... cells) {
        AtomicBoolean armed = new AtomicBoolean(true);
        return write(
                "breakOne " + delta + " to ",
                all -> {
                    if (armed.compareAndSet(true, false)) {
                        all.values[cells[0]] += 1_000_000;
                        if (outOfMemory) {
                            throw new OutOfMemoryError("simulated");
                        }
                        recurse(0);
                    }
                    return all.plus(delta, cells);
                },
                cells);
    }

    @SuppressWarnings("InfiniteRecursion") // the purpose
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    static Op write(String name, Function<Cells, Object> body, Integer... cells) {
        return new Op(name, List.of(cells), false, body);
    }

    private List<Long> valuesOf(Integer... cells) {
        List<Long> result = new ArrayList<>();
        for (int cell : cells) {
            result.add(values[cell]);
            disturb();
        }
        return result;
    }

    List<Long> plus(long delta, Integer... cells) {
        for (int cell : cells) {
            values[cell] += delta;
            disturb();
        }
        return valuesOf(cells);
    }

    private static void disturb() {
        if (ThreadLocalRandom.current().nextInt(30) == 0) {
            Thread.yield();
        }
    }

    /** Returns a random operation: mostly on one cell, sometimes on several, rarely on all. */
    public static Op random(RandomGenerator random) {
        int one = random.nextInt(COUNT);
        int other = (one + random.nextInt(1, COUNT)) % COUNT;
        return switch (random.nextInt(12)) {
            case 0 -> read(one, other);
            case 1 -> read(0, 1, 2, 3);
            case 2, 3 -> add(random.nextInt(1, 9), one, other);
            case 4 -> random.nextBoolean() ? add(1, 3, 2, 1, 0) : addThenThrow(1, one, other);
            case 5, 6, 7 -> read(one);
            default -> add(random.nextInt(1, 9), one);
        };
    }

    public static Model<List<Long>, Op, Object> model() {
        return Model.of(() -> new ArrayList<>(List.of(0L, 0L, 0L, 0L)), ArrayList::new, Op::readOnly, (state, op) -> {
            Cells cells = new Cells();
            IntStream.range(0, COUNT).forEach(cell -> cells.values[cell] = state.get(cell));
            try {
                return op.body.apply(cells);
            } finally {
                IntStream.range(0, COUNT)
                        .filter(cell -> !op.readOnly)
                        .forEach(cell -> state.set(cell, cells.values[cell]));
            }
        });
    }

    @Override
    public Object dispatch(Op op) {
        op.cells.forEach(cell -> requireAlone(inside.incrementAndGet(cell) < WRITING, op));
        try {
            return op.body.apply(this);
        } finally {
            op.cells.forEach(cell -> requireAlone(inside.decrementAndGet(cell) < WRITING, op));
        }
    }

    @Override
    public Object dispatchMut(Op op) {
        op.cells.forEach(cell -> requireAlone(inside.addAndGet(cell, WRITING) == WRITING, op));
        op.cells.forEach(cell -> applied[cell].add(op));
        try {
            return op.body.apply(this);
        } finally {
            op.cells.forEach(cell -> requireAlone(inside.addAndGet(cell, -WRITING) == 0, op));
        }
    }

    /** Another one with the same contents. Whoever asks for it keeps writers away. */
    public Cells copy() {
        Cells copy = new Cells();
        for (int cell = 0; cell < COUNT; cell++) {
            requireAlone(inside.get(cell) < WRITING, new Op("copy", List.of(cell), true, all -> all));
            copy.values[cell] = values[cell];
            copy.applied[cell].addAll(applied[cell]);
        }
        return copy;
    }

    private static void requireAlone(boolean alone, Op op) {
        if (!alone) {
            throw new AssertionError("a write must run alone among operations of the same log: " + op);
        }
    }

    /** Whether the same operations came in the same order, for each cell. */
    boolean isLike(Cells other) {
        return Arrays.equals(values, other.values) && Arrays.equals(applied, other.applied);
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread closes
    public void close() {
        closed++;
    }
}
