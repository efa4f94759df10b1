package org.nr4j.server.command.geo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.nr4j.server.protocol.Ascii;

/**
 * A position on the earth, in degrees. Its methods use {@link StrictMath}, since the results must be the same on each
 * replica.
 */
record Position(double longitude, double latitude) {
    static final double MAX_LONGITUDE = 180;

    /** The latitude at which a map by Mercator is a square. Positions nearer to a pole have no score. */
    static final double MAX_LATITUDE = 85.05112878;

    private static final double EARTH_RADIUS = 6372797.560856;
    private static final double RADIANS = Math.PI / 180;
    private static final int DISTANCE_DIGITS = 4;

    private static double toRadians(double degrees) {
        return degrees * RADIANS;
    }

    /** Returns the angle in degrees that a distance in metres has at the centre of the earth. */
    static double angle(double metres) {
        return metres / EARTH_RADIUS / RADIANS;
    }

    /** Returns the difference in longitude that a distance along a parallel has, in degrees. */
    static double angle(double metres, double latitude) {
        return metres / EARTH_RADIUS / StrictMath.cos(toRadians(latitude)) / RADIANS;
    }

    /** Whether the position has a score. */
    boolean isInRange() {
        return Math.abs(longitude) <= MAX_LONGITUDE && Math.abs(latitude) <= MAX_LATITUDE;
    }

    /** Returns the distance of two positions in metres, on a sphere. */
    double distance(Position other) {
        double latitude1 = toRadians(latitude);
        double latitude2 = toRadians(other.latitude);
        double u = StrictMath.sin((latitude2 - latitude1) / 2);
        double v = StrictMath.sin((toRadians(other.longitude) - toRadians(longitude)) / 2);
        double a = u * u + StrictMath.cos(latitude1) * StrictMath.cos(latitude2) * v * v;
        return 2.0 * EARTH_RADIUS * StrictMath.asin(StrictMath.sqrt(a));
    }

    /** Returns a distance as replies have it. */
    static byte[] text(double distance) {
        return Ascii.bytes(new BigDecimal(distance)
                .setScale(DISTANCE_DIGITS, RoundingMode.HALF_EVEN)
                .toPlainString());
    }
}
