package org.nr4j.server.command.geo;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.sortedset.SortedSetAddition;
import org.nr4j.server.command.sortedset.SortedSetCommands;
import org.nr4j.server.protocol.LongDouble;
import org.nr4j.server.type.SortedSetData;
import org.nr4j.server.type.SortedSetData.Member;

/** Positions: members of a sorted set, whose scores are the cells of a grid. */
public final class GeoCommands {
    private static final String DIGITS = "0123456789bcdefghjkmnpqrstuvwxyz";
    private static final int HASH_LENGTH = 11;
    private static final int BITS_PER_DIGIT = 5;

    private GeoCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("GEOADD", GeoCommands::add);
        binder.bind("GEODIST", GeoCommands::distance);
        binder.bind("GEOHASH", GeoCommands::hashes);
        binder.bind("GEOPOS", GeoCommands::positions);
        GeoSearch.bind(binder);
    }

    private static void add(CommandContext c) {
        boolean ifAbsent = false;
        boolean ifPresent = false;
        boolean countsChanges = false;
        int from = 2;
        for (; c.is(from, "NX") || c.is(from, "XX") || c.is(from, "CH"); from++) {
            ifAbsent |= c.is(from, "NX");
            ifPresent |= c.is(from, "XX");
            countsChanges |= c.is(from, "CH");
        }
        if (from == c.count() || (c.count() - from) % 3 != 0 || (ifAbsent && ifPresent)) {
            throw CommandException.syntax();
        }
        List<Member> members = new ArrayList<>();
        for (int i = from; i < c.count(); i += 3) {
            Cell cell = Cell.of(GeoArguments.position(c, i), Cell.FINEST);
            members.add(new Member(c.arg(i + 2), cell.firstScore()));
        }
        SortedSetAddition.of(ifAbsent, ifPresent, countsChanges).run(c, members);
    }

    private static void distance(CommandContext c) {
        double metres = c.count() == 5 ? GeoArguments.metres(c, 4) : 1;
        if (c.count() > 5) {
            throw CommandException.syntax();
        }
        SortedSetData set = SortedSetCommands.set(c);
        Position first = GeoArguments.member(set, c.arg(2));
        Position second = GeoArguments.member(set, c.arg(3));
        if (first == null || second == null) {
            c.reply().nullBulk();
        } else {
            c.reply().bulk(Position.text(first.distance(second) / metres));
        }
    }

    private static void hashes(CommandContext c) {
        SortedSetData set = SortedSetCommands.set(c);
        c.reply().array(c.count() - 2);
        for (int i = 2; i < c.count(); i++) {
            Position position = GeoArguments.member(set, c.arg(i));
            if (position == null) {
                c.reply().nullBulk();
            } else {
                c.reply().bulk(hash(position));
            }
        }
    }

    /** Returns the hash of the public standard. The last digit has no bits left, and is 0. */
    private static String hash(Position position) {
        long bits = Cell.ofStandard(position).bits();
        StringBuilder text = new StringBuilder(HASH_LENGTH);
        for (int i = 1; i < HASH_LENGTH; i++) {
            text.append(DIGITS.charAt((int) (bits >> (2 * Cell.FINEST - BITS_PER_DIGIT * i)) & (DIGITS.length() - 1)));
        }
        return text.append(DIGITS.charAt(0)).toString();
    }

    private static void positions(CommandContext c) {
        SortedSetData set = SortedSetCommands.set(c);
        c.reply().array(c.count() - 2);
        for (int i = 2; i < c.count(); i++) {
            Position position = GeoArguments.member(set, c.arg(i));
            if (position == null) {
                c.reply().nullArray();
            } else {
                reply(c, position);
            }
        }
    }

    /** Replies with longitude and latitude. */
    static void reply(CommandContext c, Position position) {
        c.reply().array(2);
        c.reply().decimal(LongDouble.format(new BigDecimal(position.longitude())));
        c.reply().decimal(LongDouble.format(new BigDecimal(position.latitude())));
    }
}
