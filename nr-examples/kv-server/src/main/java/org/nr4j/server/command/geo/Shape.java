package org.nr4j.server.command.geo;

/** The area of a search around its centre: a circle, or a box. */
sealed interface Shape {
    /** Returns the position in the middle. */
    Position centre();

    /** Returns half of the extent from west to east, in metres. */
    double halfWidth();

    /** Returns half of the extent from south to north, in metres. */
    double halfHeight();

    /** Returns the largest distance from the centre, in metres. */
    double reach();

    /** Whether a position is in the area. */
    boolean contains(Position position);

    /** Returns the smallest area between two meridians and two parallels around the shape. */
    default Cell.Sides bounds() {
        double longitude = centre().longitude();
        double latitude = centre().latitude();
        double height = Position.angle(halfHeight());
        // The side nearer to a pole is the wider one in degrees.
        double side = latitude < 0 ? latitude - height : latitude + height;
        double width = Position.angle(halfWidth(), side);
        return new Cell.Sides(longitude - width, latitude - height, longitude + width, latitude + height);
    }

    /** All positions that have at most some distance from the centre. */
    record Circle(Position centre, double radius) implements Shape {
        @Override
        public double halfWidth() {
            return radius;
        }

        @Override
        public double halfHeight() {
            return radius;
        }

        @Override
        public double reach() {
            return radius;
        }

        @Override
        public boolean contains(Position position) {
            return !(centre.distance(position) > radius);
        }
    }

    /** A rectangle along meridians and parallels. */
    record Box(Position centre, double width, double height) implements Shape {
        @Override
        public double halfWidth() {
            return width / 2;
        }

        @Override
        public double halfHeight() {
            return height / 2;
        }

        @Override
        public double reach() {
            return StrictMath.sqrt(halfWidth() * halfWidth() + halfHeight() * halfHeight());
        }

        @Override
        public boolean contains(Position position) {
            Position sameLatitude = new Position(centre.longitude(), position.latitude());
            Position sameLongitude = new Position(position.longitude(), centre.latitude());
            return !(position.distance(sameLatitude) > halfWidth())
                    && !(position.distance(sameLongitude) > halfHeight());
        }
    }
}
