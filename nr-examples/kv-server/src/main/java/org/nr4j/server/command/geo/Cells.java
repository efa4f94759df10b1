package org.nr4j.server.command.geo;

import java.util.ArrayList;
import java.util.List;

/**
 * The cells that cover the area of a search: the one around its centre and those beside it. The order of the cells is
 * that of Redis, since a reply without an order of its own shows it.
 */
final class Cells {
    /** Half of the equator on a map by Mercator, in metres. */
    private static final double HALF_EQUATOR = 20037726.37;

    /** Beyond these latitudes, in degrees, cells are so narrow that larger ones are needed. */
    private static final double NARROW = 66;

    private static final double NARROWER = 80;

    /** Columns to the east and rows to the north of the cell in the middle. */
    private static final int[][] ORDER = {{0, 0}, {0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {-1, 1}, {1, -1}, {-1, -1}};

    private Cells() {}

    /** Returns the cells that a search must look at. */
    static List<Cell> covering(Shape shape) {
        Cell.Sides bounds = shape.bounds();
        int step = step(shape.reach(), shape.centre().latitude());
        Cell middle = Cell.of(shape.centre(), step);
        if (step > 1 && !isCovered(bounds, middle)) {
            step--;
            middle = Cell.of(shape.centre(), step);
        }
        Cell.Sides sides = middle.sides();
        List<Cell> cells = new ArrayList<>();
        Cell last = null;
        for (int[] offset : ORDER) {
            Cell cell = middle.neighbour(offset[0], offset[1]);
            boolean needed = step < 2 || isNeeded(offset[0], offset[1], sides, bounds);
            // In a coarse grid, two cells in a row may be the same one.
            if (needed && !cell.equals(last)) {
                cells.add(cell);
                last = cells.size() == 1 ? null : cell;
            }
        }
        return cells;
    }

    private static int step(double reach, double latitude) {
        if (reach == 0) {
            return Cell.FINEST;
        }
        int step = -1;
        for (double doubled = reach; doubled < HALF_EQUATOR; doubled *= 2) {
            step++;
        }
        step -= Math.abs(latitude) > NARROW ? 1 : 0;
        step -= Math.abs(latitude) > NARROWER ? 1 : 0;
        return Math.max(1, Math.min(Cell.FINEST, step));
    }

    private static boolean isCovered(Cell.Sides bounds, Cell middle) {
        return !(middle.neighbour(0, 1).sides().north() < bounds.north())
                && !(middle.neighbour(0, -1).sides().south() > bounds.south())
                && !(middle.neighbour(1, 0).sides().east() < bounds.east())
                && !(middle.neighbour(-1, 0).sides().west() > bounds.west());
    }

    /** Whether the area reaches beyond the side of the middle cell that a neighbour is at. */
    private static boolean isNeeded(int east, int north, Cell.Sides sides, Cell.Sides bounds) {
        return !(north < 0 && sides.south() < bounds.south())
                && !(north > 0 && sides.north() > bounds.north())
                && !(east < 0 && sides.west() < bounds.west())
                && !(east > 0 && sides.east() > bounds.east());
    }
}
