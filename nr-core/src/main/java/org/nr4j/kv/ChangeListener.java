package org.nr4j.kv;

/** Hears of the changes of a {@link KeyValueStore}: see {@link KeyValueStore#listen}. */
@FunctionalInterface
public interface ChangeListener {
    /** After how many calls in a row that threw a listener is detached. */
    int MAX_FAILURES = 16;

    /**
     * An entry came, changed or went. Calls come one at a time, those for one key in the order of its changes; those of one atomic batch, removed range or restored snapshot come one after the other and have the same {@link Change#log} and {@link Change#index}. What one call did happens before the next call.
     *
     * <p>May read the store, and sees this change, or later ones too. May write to it, take a {@link KeyValueStore#snapshot}, or read entries that expire (which may have to remove one) only if listeners do not {@linkplain
     * org.nr4j.FollowerOptions#slowWriters slow writers down}: it might wait for itself, and gets an {@link IllegalStateException}. May call {@link KeyValueStore#listen} and {@link ChangeSubscription#close}.
     *
     * @throws Exception to have it logged; this change is not told again, and the next call tells of the next one. After {@link #MAX_FAILURES} such calls in a row there are no more, and {@link ChangeSubscription#ended} tells
     */
    void changed(Change change) throws Exception;

    /**
     * All changes told so far are those of exactly the writes up to one moment: a copy that this listener keeps is what its range was at that moment. Called now and then, after changes, by the thread that calls {@link #changed}, and under the same terms. By default does nothing.
     *
     * <p>Between two such calls that need not be so where the store has several logs: these are told of one after the other, so a change may be told of before one of another key that was made earlier.
     *
     * @throws Exception as {@link #changed}
     */
    default void caughtUp() throws Exception {}
}
