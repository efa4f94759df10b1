package org.nr4j.examples.nrfs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nr4j.cnr.ConcurrentDispatch;

/**
 * One replica of the file system, in parts: the nodes of each log, by their numbers. An operation touches the parts of
 * its logs only, so those of different logs may run at once.
 */
final class Volume implements ConcurrentDispatch<FsOp, FsOp, Object> {
    /** The number of the root directory. */
    static final long ROOT = 1;

    private final List<Part> parts = new ArrayList<>();

    /** What belongs to one log. */
    private static final class Part {
        final Map<Long, Node> nodes = new HashMap<>();

        /**
         * How many directories have been moved. A move is of all logs and counts in each, so that an operation of any
         * log can look.
         */
        long moves;
    }

    Volume(int logs) {
        for (int log = 0; log < logs; log++) {
            parts.add(new Part());
        }
        add(Node.of(true, ROOT, Place.ROOT.parent(), Place.ROOT.name()));
    }

    /** The log that a node belongs to. Numbers are given out one after the other, so nodes spread over all logs. */
    static int logOf(long number, int logs) {
        return (int) (number % logs);
    }

    private Part partOf(long number) {
        return parts.get(logOf(number, parts.size()));
    }

    @Override
    public Object dispatch(FsOp op) {
        return op.applyTo(this);
    }

    @Override
    public Object dispatchMut(FsOp op) {
        return op.applyTo(this);
    }

    /** A node that is still where its path led, or null. */
    Node find(Place place) {
        Part part = partOf(place.number());
        Node node = part.nodes.get(place.number());
        boolean there = node != null
                && node.parent == place.parent()
                && node.name.equals(place.name())
                && (place.moves() == Place.WHATEVER || place.moves() == part.moves);
        return there ? node : null;
    }

    /** A directory that is still where its path led, or null. */
    Node.Directory findDirectory(Place place) {
        return (Node.Directory) find(place);
    }

    /** A file that is still where its path led, or null. */
    Node.File findFile(Place place) {
        return (Node.File) find(place);
    }

    /** What a name stands for, or null. */
    Place follow(Node.Directory directory, String name) {
        Node.Child child = directory.children.get(name);
        return child == null
                ? null
                : new Place(child.number(), directory.number, name, partOf(directory.number).moves, child.directory());
    }

    void add(Node node) {
        partOf(node.number).nodes.put(node.number, node);
    }

    void remove(Node node) {
        partOf(node.number).nodes.remove(node.number);
    }

    /** For operations of all logs. */
    void countMove() {
        parts.forEach(part -> part.moves++);
    }

    /** Whether the same is in another replica; while nobody works on either. */
    boolean isLike(Volume other) {
        Map<Long, Node> mine = nodes();
        Map<Long, Node> others = other.nodes();
        return mine.size() == others.size()
                && mine.values().stream().allMatch(node -> node.isLike(others.get(node.number)));
    }

    private Map<Long, Node> nodes() {
        Map<Long, Node> all = new HashMap<>();
        parts.forEach(part -> all.putAll(part.nodes));
        return all;
    }
}
