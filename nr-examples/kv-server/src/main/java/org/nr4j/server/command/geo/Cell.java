package org.nr4j.server.command.geo;

/**
 * A cell of a grid over the earth, as a geohash: the bits of longitude and latitude alternate. The score of a position
 * is its cell in the finest grid.
 *
 * @param bits the bits of longitude at odd places, and those of latitude at even ones
 * @param step how many bits each of them has
 */
record Cell(long bits, int step) {
    /** The step of scores. It uses 52 bits, which a double holds exactly. */
    static final int FINEST = 26;

    private static final long LATITUDE_BITS = 0x5555_5555_5555_5555L;
    private static final long LONGITUDE_BITS = ~LATITUDE_BITS;
    private static final double MAX_HASH_LATITUDE = 90;

    /** The sides of a cell, in degrees. */
    record Sides(double west, double south, double east, double north) {
        Position centre() {
            return new Position(
                    clamp((west + east) / 2, Position.MAX_LONGITUDE),
                    clamp((south + north) / 2, Position.MAX_LATITUDE));
        }

        private static double clamp(double value, double limit) {
            return Math.max(-limit, Math.min(limit, value));
        }
    }

    // ---- positions ----

    /** Returns the cell of a position. */
    static Cell of(Position position, int step) {
        return of(position, step, Position.MAX_LATITUDE);
    }

    /** Returns the cell in the grid of the public geohash standard, which reaches to the poles. */
    static Cell ofStandard(Position position) {
        return of(position, FINEST, MAX_HASH_LATITUDE);
    }

    private static Cell of(Position position, int step, double maxLatitude) {
        double cells = 1L << step;
        double row = (position.latitude() + maxLatitude) / (2 * maxLatitude) * cells;
        double column = (position.longitude() + Position.MAX_LONGITUDE) / (2 * Position.MAX_LONGITUDE) * cells;
        return new Cell(spread((long) row) | (spread((long) column) << 1), step);
    }

    /** Returns the position that a score stands for: the centre of its cell. */
    static Position position(double score) {
        return new Cell(toUnsigned(score), FINEST).sides().centre();
    }

    /** Converts as the processors do on which Redis runs mostly. Only scores that are no cells come near the limits. */
    private static long toUnsigned(double score) {
        double half = 0x1p63;
        if (score < half) {
            return (long) score;
        }
        return score < 2 * half ? (long) (score - half) ^ Long.MIN_VALUE : 0;
    }

    /** Returns the sides of the cell. */
    Sides sides() {
        double cells = 1L << step;
        long row = gather(bits);
        long column = gather(bits >>> 1);
        return new Sides(
                side(column, cells, Position.MAX_LONGITUDE),
                side(row, cells, Position.MAX_LATITUDE),
                side((column + 1) & 0xFFFF_FFFFL, cells, Position.MAX_LONGITUDE),
                side((row + 1) & 0xFFFF_FFFFL, cells, Position.MAX_LATITUDE));
    }

    private static double side(long index, double cells, double max) {
        return -max + index / cells * (2 * max);
    }

    // ---- bits ----

    /** Moves the bits of a number of 32 bits apart, so that a free bit is above each. */
    private static long spread(long number) {
        long x = number & 0xFFFF_FFFFL;
        x = (x | (x << 16)) & 0x0000_FFFF_0000_FFFFL;
        x = (x | (x << 8)) & 0x00FF_00FF_00FF_00FFL;
        x = (x | (x << 4)) & 0x0F0F_0F0F_0F0F_0F0FL;
        x = (x | (x << 2)) & 0x3333_3333_3333_3333L;
        return (x | (x << 1)) & LATITUDE_BITS;
    }

    /** Undoes {@link #spread}. */
    private static long gather(long spread) {
        long x = spread & LATITUDE_BITS;
        x = (x | (x >>> 1)) & 0x3333_3333_3333_3333L;
        x = (x | (x >>> 2)) & 0x0F0F_0F0F_0F0F_0F0FL;
        x = (x | (x >>> 4)) & 0x00FF_00FF_00FF_00FFL;
        x = (x | (x >>> 8)) & 0x0000_FFFF_0000_FFFFL;
        return (x | (x >>> 16)) & 0xFFFF_FFFFL;
    }

    // ---- neighbours and scores ----

    /** Returns the cell some columns to the east and some rows to the north, each -1, 0 or 1. Wraps at the edges. */
    Cell neighbour(int east, int north) {
        long mask = -1L >>> (Long.SIZE - 2 * step);
        long column = moved(bits & LONGITUDE_BITS, LATITUDE_BITS & mask, LONGITUDE_BITS & mask, east);
        long row = moved(bits & LATITUDE_BITS, LONGITUDE_BITS & mask, LATITUDE_BITS & mask, north);
        return new Cell((east == 0 ? bits & LONGITUDE_BITS : column) | (north == 0 ? bits & LATITUDE_BITS : row), step);
    }

    /** Adds to a spread number: the bits between its own are set, so that a carry passes through them. */
    private static long moved(long spread, long between, long own, int by) {
        return (by > 0 ? spread + (between + 1) : (spread | between) - (between + 1)) & own;
    }

    /** Returns the lowest score of positions in the cell. */
    double firstScore() {
        return bits << (2 * (FINEST - step));
    }

    /** Returns the lowest score above those of positions in the cell. */
    double endScore() {
        return (bits + 1) << (2 * (FINEST - step));
    }
}
