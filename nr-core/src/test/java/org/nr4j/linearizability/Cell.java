package org.nr4j.linearizability;

/** A number that can be read, written and counted up: a register and a counter. Not thread-safe. */
public final class Cell {
    private long value;

    public static Model<Cell, Command<Cell>, Object> model() {
        return Command.model(Cell::new, Cell::copy);
    }

    public static Command<Cell> read() {
        return Command.read("read()", cell -> cell.value);
    }

    /** Answers null. */
    public static Command<Cell> write(long value) {
        return Command.write("write(" + value + ")", cell -> {
            cell.value = value;
            return null;
        });
    }

    /** Answers the new value. */
    public static Command<Cell> add(long delta) {
        return Command.write("add(" + delta + ")", cell -> cell.value += delta);
    }

    /** Answers whether the value was {@code expected}. */
    public static Command<Cell> compareAndSet(long expected, long value) {
        return Command.write("compareAndSet(" + expected + ", " + value + ")", cell -> {
            boolean equal = cell.value == expected;
            cell.value = equal ? value : cell.value;
            return equal;
        });
    }

    public Cell copy() {
        Cell copy = new Cell();
        copy.value = value;
        return copy;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cell that && value == that.value;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
