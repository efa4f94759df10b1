package org.nr4j.examples.nrfs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nr4j.cnr.ConcurrentDispatch;

/**
 * One replica of the file system, in parts: the nodes of each log, by their numbers. An operation uses only the parts
 * of its logs, so operations of different logs may run at the same time.
 */
final class Volume implements ConcurrentDispatch<FsOp, FsOp, Object> {
    /** The number of the root directory. */
    static final long ROOT = 1;

    private final List<Part> parts = new ArrayList<>();

    /** The nodes of one log. */
    private static final class Part {
        final Map<Long, Node> nodes = new HashMap<>();

        /**
         * How many directories have been moved. A move belongs to all logs and counts in each part, so an operation of
         * any log can read the count.
         */
        long moves;
    }

    Volume(int logs) {
        for (int log = 0; log < logs; log++) {
            parts.add(new Part());
        }
        add(Node.of(true, ROOT, Place.ROOT.parent(), Place.ROOT.name()));
    }

    /** Returns the log of a node. Numbers are assigned one after the other, so nodes spread over all logs. */
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

    /** Returns a node if it is still where its path led, or null. */
    Node find(Place place) {
        Part part = partOf(place.number());
        Node node = part.nodes.get(place.number());
        boolean there = node != null
                && node.parent == place.parent()
                && node.name.equals(place.name())
                && (place.moves() == Place.WHATEVER || place.moves() == part.moves);
        return there ? node : null;
    }

    /** Returns a directory if it is still where its path led, or null. */
    Node.Directory findDirectory(Place place) {
        return (Node.Directory) find(place);
    }

    /** Returns a file if it is still where its path led, or null. */
    Node.File findFile(Place place) {
        return (Node.File) find(place);
    }

    /** Returns the place that a name stands for, or null. */
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

    /** Counts a move. Only operations of all logs may call it. */
    void countMove() {
        parts.forEach(part -> part.moves++);
    }

    /** Returns whether another replica has the same contents. No operation may run on either meanwhile. */
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
