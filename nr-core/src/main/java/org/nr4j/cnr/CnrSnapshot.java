package org.nr4j.cnr;

import org.jspecify.annotations.Nullable;

/**
 * A state of the structure at one moment of all logs, with the number of writes of each log that it contains. It
 * contains exactly the writes of each log numbered below {@code indexes}. A follower that starts there receives the
 * others.
 *
 * @param <S> the class of the state
 * @param indexes how many writes of each log the state contains
 * @param state what the function given to {@link ConcurrentNodeReplicated#snapshot} returned
 */
public record CnrSnapshot<S extends @Nullable Object>(LogIndexes indexes, S state) {}
