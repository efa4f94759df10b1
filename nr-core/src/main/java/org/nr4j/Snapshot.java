package org.nr4j;

import org.jspecify.annotations.Nullable;

/**
 * A state of the structure and the place in the order of all writes that it stands for: it has the writes number 0 to {@code index - 1}, and no others. A follower
 * that starts at {@code index} sees the rest.
 *
 * @param <S> what was made of the structure
 * @param index how many writes the state has
 * @param state what the function given to {@link NodeReplicated#snapshot} returned
 */
public record Snapshot<S extends @Nullable Object>(long index, S state) {}
