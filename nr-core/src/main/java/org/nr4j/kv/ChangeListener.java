package org.nr4j.kv;

/** Hears of the changes of a {@link KeyValueStore}; see {@link KeyValueStore#listen}. */
@FunctionalInterface
public interface ChangeListener {
    /** How many calls in a row must throw for the store to detach a listener. */
    int MAX_FAILURES = 16;

    /**
     * An entry was added, changed or removed.
     *
     * <p>Calls come one at a time. Calls for one key come in the order of its changes. The calls for one atomic batch,
     * removed range or restored snapshot follow each other, with the same {@link Change#log} and {@link Change#index}.
     * One call happens before the next.
     *
     * <p>The listener may read the store, and sees this change, perhaps later ones too. It may call {@link
     * KeyValueStore#listen} and {@link ChangeSubscription#close}.
     *
     * <p>The listener must not write to the store if listeners {@linkplain org.nr4j.FollowerOptions#slowWriters slow
     * writers down}, since it might wait for itself. The same goes for {@link KeyValueStore#snapshot}, and for reads of
     * entries that expire, which may remove one. Such a call throws {@link IllegalStateException}.
     *
     * @throws Exception to have it logged. The store does not tell this change again; the next call tells the next one.
     *     After {@link #MAX_FAILURES} such calls in a row the store detaches the listener, and {@link
     *     ChangeSubscription#ended} tells
     */
    void changed(Change change) throws Exception;

    /**
     * The changes told so far are exactly those of the writes up to one moment. So a copy that the listener keeps is
     * what its range was at that moment. Called now and then, after changes, under the terms of {@link #changed}. By
     * default does nothing.
     *
     * <p>Between two such calls, changes of several logs may be out of order: a change may be told before an earlier
     * one of another key in another log.
     *
     * @throws Exception as {@link #changed}
     */
    default void caughtUp() throws Exception {}
}
