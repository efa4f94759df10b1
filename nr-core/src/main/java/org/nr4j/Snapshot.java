package org.nr4j;

import org.jspecify.annotations.Nullable;

/**
 * A copy of the state after a number of writes. It contains the writes 0 to {@code index - 1} and no others. A follower
 * that starts at {@code index} receives the rest.
 *
 * @param <S> the type of the copy
 * @param index the number of writes that the copy contains
 * @param state the result of the function that {@link NodeReplicated#snapshot} was given
 */
public record Snapshot<S extends @Nullable Object>(long index, S state) {}
