package org.nr4j.cnr;

import org.jspecify.annotations.Nullable;

/**
 * A state of the structure at one moment of all logs, and the places in the logs that it stands for: it has the writes of each log with numbers below {@code indexes}, and no others. A follower that starts there
 * sees the rest.
 *
 * @param <S> what was made of the structure
 * @param indexes how many writes of each log the state has
 * @param state what the function given to {@link ConcurrentNodeReplicated#snapshot} returned
 */
public record CnrSnapshot<S extends @Nullable Object>(LogIndexes indexes, S state) {}
