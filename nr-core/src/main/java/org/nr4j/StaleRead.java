package org.nr4j;

import org.jspecify.annotations.Nullable;

/**
 * The answer of a read that did not wait, and how old the state was that it was read from.
 *
 * @param <A> what reads answer
 * @param answer the answer
 * @param lag how many writes were in the log that the replica had yet to apply, when it answered; 0 says that the answer is as good as that of {@link
 *     NodeReplicated#execute}
 */
public record StaleRead<A extends @Nullable Object>(A answer, long lag) {}
