package org.nr4j.server.command.geo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.sortedset.SortedSetCommands;
import org.nr4j.server.type.SortedSetData;
import org.nr4j.server.type.SortedSetData.Bound;
import org.nr4j.server.type.SortedSetData.Member;

/** The search for members near a position. It reads only the scores of the cells that cover its area. */
final class GeoSearch {
    /** How many members a search reads at a time. */
    private static final int PAGE = 256;

    /** The forms of the command. */
    enum Form {
        /** GEORADIUS: a position and a radius. */
        POSITION(6),
        /** GEORADIUSBYMEMBER: a member and a radius. */
        MEMBER(5),
        /** GEOSEARCH: options say everything. */
        OPTIONS(2),
        /** GEOSEARCHSTORE: options say everything, and the first key takes the result. */
        STORED_OPTIONS(3);

        /** The index of the first option. */
        final int options;

        Form(int options) {
            this.options = options;
        }

        boolean isFree() {
            return this == OPTIONS || this == STORED_OPTIONS;
        }
    }

    private final CommandContext c;
    private final SortedSetData set;
    private final GeoOptions options;

    /** A member in the area, with its distance from the centre in metres. */
    private record Found(Member member, Position position, double distance) {}

    private GeoSearch(CommandContext c, Form form, boolean mayStore) {
        this.c = c;
        this.set = SortedSetCommands.set(c, form == Form.STORED_OPTIONS ? c.arg(2) : c.key());
        this.options = new GeoOptions(c, form, set, mayStore);
    }

    /** Binds the commands. */
    static void bind(Binder binder) {
        binder.bind("GEORADIUS", c -> new GeoSearch(c, Form.POSITION, /* mayStore= */ true).run());
        binder.bind("GEORADIUS_RO", c -> new GeoSearch(c, Form.POSITION, /* mayStore= */ false).run());
        binder.bind("GEORADIUSBYMEMBER", c -> new GeoSearch(c, Form.MEMBER, /* mayStore= */ true).run());
        binder.bind("GEORADIUSBYMEMBER_RO", c -> new GeoSearch(c, Form.MEMBER, /* mayStore= */ false).run());
        binder.bind("GEOSEARCH", c -> new GeoSearch(c, Form.OPTIONS, /* mayStore= */ false).run());
        binder.bind("GEOSEARCHSTORE", c -> new GeoSearch(c, Form.STORED_OPTIONS, /* mayStore= */ false).run());
    }

    private void run() {
        options.parse();
        Shape shape = set.isEmpty() ? null : options.shape();
        List<Found> found = shape == null ? List.of() : sorted(search(shape));
        long count = options.count == 0 ? found.size() : Math.min(options.count, found.size());
        List<Found> first = found.subList(0, (int) count);
        byte[] target = options.target;
        if (target == null) {
            reply(first);
        } else {
            store(target, first);
        }
    }

    // ---- search ----

    private List<Found> search(Shape shape) {
        List<Found> found = new ArrayList<>();
        long limit = options.any ? options.count : Long.MAX_VALUE;
        for (Cell cell : Cells.covering(shape)) {
            if (found.size() < limit) {
                addFrom(cell, shape, limit, found);
            }
        }
        return found;
    }

    private void addFrom(Cell cell, Shape shape, long limit, List<Found> found) {
        long rank = set.rank(Bound.before(cell.firstScore()));
        long end = set.rank(Bound.before(cell.endScore()));
        while (rank < end) {
            long last = Math.min(rank + PAGE, end) - 1;
            for (Member member : set.range(rank, last, /* descending= */ false)) {
                Position position = Cell.position(member.score());
                if (shape.contains(position)) {
                    found.add(new Found(member, position, shape.centre().distance(position)));
                    if (found.size() >= limit) {
                        return;
                    }
                }
            }
            rank = last + 1;
        }
    }

    private List<Found> sorted(List<Found> found) {
        // The closest ones can only be told from sorted ones.
        boolean ascending = options.order > 0 || (options.order == 0 && options.count > 0 && !options.any);
        Comparator<Found> byDistance = Comparator.comparingDouble(Found::distance);
        if (ascending) {
            found.sort(byDistance);
        } else if (options.order < 0) {
            found.sort(byDistance.reversed());
        }
        return found;
    }

    // ---- replies ----

    private void reply(List<Found> found) {
        int parts = 1 + (options.withDistance ? 1 : 0) + (options.withHash ? 1 : 0) + (options.withPosition ? 1 : 0);
        c.reply().array(found.size());
        for (Found one : found) {
            if (parts > 1) {
                c.reply().array(parts);
            }
            c.reply().bulk(one.member.name());
            if (options.withDistance) {
                c.reply().bulk(Position.text(one.distance / options.metres));
            }
            if (options.withHash) {
                c.reply().integer((long) one.member.score());
            }
            if (options.withPosition) {
                GeoCommands.reply(c, one.position);
            }
        }
    }

    private void store(byte[] key, List<Found> found) {
        boolean replaces = c.keys().remove(c.database(), key);
        SortedSetData target = SortedSetCommands.set(c, key);
        for (Found one : found) {
            target.put(one.member.name(), options.storesDistance ? one.distance / options.metres : one.member.score());
        }
        target.saveInPlace(replaces, c.command().name().startsWith("GEOSEARCH") ? "geosearchstore" : "georadiusstore");
        c.reply().integer(target.size());
    }
}
