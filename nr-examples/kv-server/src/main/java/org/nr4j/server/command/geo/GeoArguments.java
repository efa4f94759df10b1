package org.nr4j.server.command.geo;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.SortedSetData;

/** Arguments that several commands on positions have. */
final class GeoArguments {
    private GeoArguments() {}

    /** Returns the position that two arguments say: longitude and latitude. */
    static Position position(CommandContext c, int index) {
        Position position = new Position(c.number(index), c.number(index + 1));
        if (!position.isInRange()) {
            throw new CommandException(String.format(
                    Locale.ROOT,
                    "ERR invalid longitude,latitude pair %s,%s",
                    fixed(position.longitude()),
                    fixed(position.latitude())));
        }
        return position;
    }

    private static String fixed(double value) {
        return Double.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : String.format(Locale.ROOT, "%.6f", value);
    }

    /** Returns how many metres a unit has. */
    static double metres(CommandContext c, int index) {
        if (c.is(index, "M")) {
            return 1;
        }
        if (c.is(index, "KM")) {
            return 1000;
        }
        if (c.is(index, "FT")) {
            return 0.3048;
        }
        if (c.is(index, "MI")) {
            return 1609.34;
        }
        throw new CommandException("ERR unsupported unit provided. please use M, KM, FT, MI");
    }

    /** Returns a radius, without its unit. */
    static double radius(CommandContext c, int index) {
        double radius = c.number(index, "ERR need numeric radius");
        if (radius < 0) {
            throw new CommandException("ERR radius cannot be negative");
        }
        return radius;
    }

    /** Returns the position of a member, or null. */
    static @Nullable Position member(SortedSetData set, byte[] member) {
        Double score = set.score(member);
        return score == null ? null : Cell.position(score);
    }
}
