package org.nr4j;

import org.jspecify.annotations.Nullable;

/**
 * The answer of a read that did not wait for its replica to catch up, with the lag of that replica.
 *
 * @param <A> the type of the answers
 * @param answer the answer
 * @param lag the number of writes in the log that the replica had not applied when it answered. With 0, the answer is
 *     as recent as that of {@link NodeReplicated#execute}
 */
public record StaleRead<A extends @Nullable Object>(A answer, long lag) {}
