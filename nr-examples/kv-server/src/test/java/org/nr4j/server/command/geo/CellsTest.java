package org.nr4j.server.command.geo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellsTest {
    private static final int SHAPES = 300;
    private static final int POSITIONS = 200;

    /** Near the poles and the date line, Redis' search leaves some positions out. So this keeps away from them. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void cells_coverTheShape(long seed) {
        Random random = new Random(seed);
        int inside = 0;
        for (int i = 0; i < SHAPES; i++) {
            Position centre = new Position(random.nextDouble() * 240 - 120, random.nextDouble() * 120 - 60);
            double size = Math.pow(10, random.nextDouble() * 5.5);
            Shape shape = random.nextBoolean()
                    ? new Shape.Circle(centre, size)
                    : new Shape.Box(centre, size, size * (0.2 + random.nextDouble()));
            List<Cell> cells = Cells.covering(shape);
            assertThat(cells).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(9);
            for (int j = 0; j < POSITIONS; j++) {
                Position position = new Position(
                        centre.longitude() + Position.angle(size, centre.latitude()) * random.nextGaussian(),
                        centre.latitude() + Position.angle(size) * random.nextGaussian());
                if (position.isInRange() && shape.contains(position)) {
                    inside++;
                    double score = Cell.of(position, Cell.FINEST).firstScore();
                    assertThat(cells)
                            .as("%s in %s", position, shape)
                            .anyMatch(cell -> cell.firstScore() <= score && score < cell.endScore());
                }
            }
        }
        assertThat(inside).isGreaterThan(SHAPES * POSITIONS / 10);
    }

    @Test
    void smallShape_isCoveredByAFewSmallCells() {
        List<Cell> cells = Cells.covering(new Shape.Circle(new Position(13.361389, 38.115556), 100));
        double scores = cells.stream()
                .mapToDouble(cell -> cell.endScore() - cell.firstScore())
                .sum();
        assertThat(scores / 0x1p52).isLessThan(1e-8);
    }

    @Test
    void score_standsForThePositionWithinItsCell() {
        Position position = new Position(15.087269, 37.502669);
        Cell cell = Cell.of(position, Cell.FINEST);
        assertThat(cell.firstScore()).isEqualTo(3479447370796909.0);
        assertThat(Cell.position(cell.firstScore()).distance(position)).isLessThan(0.6);
    }

    @Test
    void neighbour_wrapsAtTheDateLine() {
        Cell east = Cell.of(new Position(179.999, 10), 10);
        Cell west = Cell.of(new Position(-179.999, 10), 10);
        assertThat(east.neighbour(1, 0)).isEqualTo(west);
        assertThat(west.neighbour(-1, 0)).isEqualTo(east);
        assertThat(east.neighbour(1, 1).neighbour(-1, -1)).isEqualTo(east);
    }
}
