package org.nr4j.server.command.geo;

import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.geo.GeoSearch.Form;
import org.nr4j.server.type.SortedSetData;

/** The arguments of a search. They are read in Redis' order, so that the first wrong one makes the error. */
final class GeoOptions {
    private final CommandContext c;
    private final Form form;
    private final SortedSetData set;
    private final boolean mayStore;

    private @Nullable Position centre;
    private boolean fromMember;
    private boolean fromPosition;
    private boolean hasRadius;
    private boolean hasBox;
    private double width;
    private double height;
    private double radius;

    /** How many metres the unit has. */
    double metres = 1;

    boolean withDistance;
    boolean withHash;
    boolean withPosition;
    boolean any;
    boolean storesDistance;

    /** 1 for ascending distances, -1 for descending ones, 0 for no order. */
    int order;

    /** The highest number of results; 0 for all. */
    long count;

    /** The key that takes the result; null for a reply. */
    byte @Nullable [] target;

    GeoOptions(CommandContext c, Form form, SortedSetData set, boolean mayStore) {
        this.c = c;
        this.form = form;
        this.set = set;
        this.mayStore = mayStore;
    }

    void parse() {
        if (form == Form.POSITION) {
            centre = GeoArguments.position(c, 2);
            parseRadius(4);
        } else if (form == Form.MEMBER && !set.isEmpty()) {
            centre = member(2);
            parseRadius(3);
        } else if (form == Form.STORED_OPTIONS) {
            target = c.key();
        }
        int next = form.options;
        while (next < c.count()) {
            int words = option(next);
            if (words == 0 && form.isFree()) {
                words = area(next);
            }
            if (words == 0) {
                throw CommandException.syntax();
            }
            next += words;
        }
        check();
    }

    private void parseRadius(int index) {
        radius = GeoArguments.radius(c, index);
        metres = GeoArguments.metres(c, index + 1);
        hasRadius = true;
    }

    private @Nullable Position member(int index) {
        Position position = GeoArguments.member(set, c.arg(index));
        if (position == null && !set.isEmpty()) {
            throw new CommandException("ERR could not decode requested zset member");
        }
        return position;
    }

    /** Reads an option that needs no form of its own. Returns how many words it has; 0 if there is none. */
    private int option(int i) {
        int rest = c.count() - i - 1;
        if (c.is(i, "WITHDIST")) {
            withDistance = true;
        } else if (c.is(i, "WITHHASH")) {
            withHash = true;
        } else if (c.is(i, "WITHCOORD")) {
            withPosition = true;
        } else if (c.is(i, "ANY")) {
            any = true;
        } else if (c.is(i, "ASC") || c.is(i, "DESC")) {
            order = c.is(i, "ASC") ? 1 : -1;
        } else if (form == Form.STORED_OPTIONS && c.is(i, "STOREDIST")) {
            storesDistance = true;
        } else if (c.is(i, "COUNT") && rest > 0) {
            count = c.integer(i + 1);
            if (count <= 0) {
                throw new CommandException("ERR COUNT must be > 0");
            }
            return 2;
        } else if (mayStore && rest > 0 && (c.is(i, "STORE") || c.is(i, "STOREDIST"))) {
            target = c.arg(i + 1);
            storesDistance = c.is(i, "STOREDIST");
            return 2;
        } else {
            return 0;
        }
        return 1;
    }

    /** Reads a part of the area. Returns how many words it has; 0 if there is none. */
    private int area(int i) {
        int rest = c.count() - i - 1;
        if (c.is(i, "FROMMEMBER") && rest > 0 && !fromPosition) {
            centre = member(i + 1);
            fromMember = true;
            return 2;
        }
        if (c.is(i, "FROMLONLAT") && rest > 1 && !fromMember) {
            centre = GeoArguments.position(c, i + 1);
            fromPosition = true;
            return 3;
        }
        if (c.is(i, "BYRADIUS") && rest > 1 && !hasBox) {
            parseRadius(i + 1);
            return 3;
        }
        if (c.is(i, "BYBOX") && rest > 2 && !hasRadius) {
            parseBox(i + 1);
            return 4;
        }
        return 0;
    }

    private void parseBox(int index) {
        width = c.number(index, "ERR need numeric width");
        height = c.number(index + 1, "ERR need numeric height");
        if (width < 0 || height < 0) {
            throw new CommandException("ERR height or width cannot be negative");
        }
        metres = GeoArguments.metres(c, index + 2);
        hasBox = true;
    }

    private void check() {
        if (target != null && (withDistance || withHash || withPosition)) {
            throw new CommandException(
                    "ERR " + (form == Form.STORED_OPTIONS ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS")
                            + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
        }
        if (form.isFree() && !fromMember && !fromPosition) {
            throw new CommandException("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for " + c.text(0));
        }
        if (form.isFree() && !hasRadius && !hasBox) {
            throw new CommandException("ERR exactly one of BYRADIUS and BYBOX can be specified for " + c.text(0));
        }
        if (any && count == 0) {
            throw new CommandException("ERR the ANY argument requires COUNT argument");
        }
    }

    /** Returns the area; null if there are no members to look for. */
    @Nullable
    Shape shape() {
        if (centre == null) {
            return null;
        }
        return hasBox
                ? new Shape.Box(centre, width * metres, height * metres)
                : new Shape.Circle(centre, radius * metres);
    }
}
