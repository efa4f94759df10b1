package org.nr4j.kv;

/** Hears of the changes of a {@link KeyValueStore}: see {@link KeyValueStore#listen}. */
@FunctionalInterface
public interface ChangeListener {
    /** After how many calls in a row that threw a listener is detached. */
    int MAX_FAILURES = 16;

    /**
     * An entry came, changed or went. Calls come one at a time, in the order of the changes; those of one atomic batch, removed range or restored snapshot come one after the other and have the same {@link Change#index}. What one call did happens before the next call.
     *
     * <p>May read the store, and sees this change, or later ones too. May write to it, take a {@link KeyValueStore#snapshot}, or read entries that expire (which may have to remove one) only if listeners do not {@linkplain
     * org.nr4j.FollowerOptions#slowWriters slow writers down}: it might wait for itself, and gets an {@link IllegalStateException}. May call {@link KeyValueStore#listen} and {@link ChangeSubscription#close}.
     *
     * @throws Exception to have it logged; this change is not told again, and the next call tells of the next one. After {@link #MAX_FAILURES} such calls in a row there are no more, and {@link ChangeSubscription#ended} tells
     */
    void changed(Change change) throws Exception;
}
