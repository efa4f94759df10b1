package org.nr4j.server.acl;

import java.util.ArrayDeque;
import java.util.List;

/** What was denied of late, the latest first. For any number of threads. */
public final class AclLog {
    private static final long GROUPED_MILLIS = 60_000;

    /** Guarded by this. */
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    /**
     * One or more denials that are alike.
     *
     * @param context how the command was run: toplevel, multi, or lua
     * @param millis when the last one was
     * @param client describes the client of the last one
     */
    public record Entry(long count, Denial denial, String context, String user, long millis, String client) {
        boolean isLike(Entry other) {
            return denial.equals(other.denial)
                    && context.equals(other.context)
                    && user.equals(other.user)
                    && Math.abs(millis - other.millis) <= GROUPED_MILLIS;
        }
    }

    /** Adds a denial. One that is like an earlier one takes its place. */
    public synchronized void add(Denial denial, String context, String user, String client, long longest) {
        Entry entry = new Entry(1, denial, context, user, System.currentTimeMillis(), client);
        for (Entry old : entries) {
            if (old.isLike(entry)) {
                entries.remove(old);
                entry = new Entry(old.count + 1, denial, context, user, entry.millis, client);
                break;
            }
        }
        entries.addFirst(entry);
        while (entries.size() > longest) {
            entries.removeLast();
        }
    }

    /** Returns the latest entries, up to a number. */
    public synchronized List<Entry> latest(long count) {
        return entries.stream().limit(count).toList();
    }

    /** Removes all entries. */
    public synchronized void clear() {
        entries.clear();
    }
}
