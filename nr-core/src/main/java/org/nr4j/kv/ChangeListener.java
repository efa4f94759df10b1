package org.nr4j.kv;

/** Receives the changes of a {@link KeyValueStore}; see {@link KeyValueStore#listen}. */
@FunctionalInterface
public interface ChangeListener {
    /** How many consecutive calls must throw before the store detaches a listener. */
    int MAX_FAILURES = 16;

    /**
     * Receives a change: an entry was added, changed or removed.
     *
     * <p>Calls come one at a time, and one call happens before the next. Calls for one key come in the order of its
     * changes. The calls for one procedure, atomic batch, removed range or restored snapshot are consecutive. They have
     * the same {@link Change#log} and {@link Change#index}.
     *
     * <p>The listener may read the store. It then sees this change, and perhaps later ones. It may call
     * {@link KeyValueStore#listen} and {@link ChangeSubscription#close}.
     *
     * <p>If listeners {@linkplain org.nr4j.FollowerOptions#slowWriters slow writers down}, the listener must not write
     * to the store: it might wait for itself. Nor must it call {@link KeyValueStore#snapshot}, or read entries that
     * expire, since such a read may remove one. A forbidden call throws {@link IllegalStateException}.
     *
     * @throws Exception to have it logged. The store does not repeat this change; the next call has the next change.
     *     After {@link #MAX_FAILURES} such calls in a row, the store detaches the listener, and
     *     {@link ChangeSubscription#ended} completes with the exception
     */
    void changed(Change change) throws Exception;

    /**
     * Declares that the listener has received exactly the changes of the writes up to one moment. So a copy that the
     * listener keeps is equal to its range at that moment. The store calls this from time to time, after changes, under
     * the conditions of {@link #changed}. By default, it does nothing.
     *
     * <p>Between two such calls, changes of several logs may be out of order. The listener may receive a change before
     * an earlier change of another key in another log.
     *
     * @throws Exception as {@link #changed}
     */
    default void caughtUp() throws Exception {}
}
