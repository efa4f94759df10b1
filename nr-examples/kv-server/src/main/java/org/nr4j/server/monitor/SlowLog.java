package org.nr4j.server.monitor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.nr4j.server.protocol.Ascii;

/** The commands that took long, the latest first. For any number of threads. */
public final class SlowLog {
    private static final int MOST_ARGUMENTS = 32;
    private static final int LONGEST_ARGUMENT = 128;

    /** Guarded by this. */
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    private long nextId;

    /**
     * A command that took long.
     *
     * @param seconds when it ended, in seconds since 1970
     */
    public record Entry(long id, long seconds, long micros, List<byte[]> arguments, String address, String name) {}

    /** Adds a command. The oldest entries above the limit are dropped. */
    public synchronized void add(byte[][] arguments, long micros, String address, String name, long longest) {
        long seconds = System.currentTimeMillis() / 1_000;
        entries.addFirst(new Entry(nextId++, seconds, micros, shortened(arguments), address, name));
        while (entries.size() > longest) {
            entries.removeLast();
        }
    }

    private static List<byte[]> shortened(byte[][] arguments) {
        List<byte[]> kept = new ArrayList<>();
        int count = arguments.length > MOST_ARGUMENTS ? MOST_ARGUMENTS - 1 : arguments.length;
        for (int i = 0; i < count; i++) {
            kept.add(shortened(arguments[i]));
        }
        if (count < arguments.length) {
            kept.add(Ascii.bytes("... (" + (arguments.length - count) + " more arguments)"));
        }
        return kept;
    }

    private static byte[] shortened(byte[] argument) {
        if (argument.length <= LONGEST_ARGUMENT) {
            return argument;
        }
        return Ascii.bytes(Ascii.text(argument).substring(0, LONGEST_ARGUMENT) + "... ("
                + (argument.length - LONGEST_ARGUMENT) + " more bytes)");
    }

    /** Returns the latest entries, up to a number. */
    public synchronized List<Entry> latest(long count) {
        return entries.stream().limit(count).toList();
    }

    /** Returns the number of entries. */
    public synchronized int size() {
        return entries.size();
    }

    /** Removes all entries. */
    public synchronized void clear() {
        entries.clear();
    }
}
