/**
 * Replicated structures, ready to use.
 *
 * <p>{@link org.nr4j.kv.ReplicatedMap} stands where a {@code ConcurrentHashMap} does, {@link org.nr4j.kv.ReplicatedNavigableMap} where a {@code ConcurrentSkipListMap} does.
 *
 * <p>{@link org.nr4j.kv.KeyValueStore} is an ordered store for bytes. {@link org.nr4j.kv.KeyRange} says which keys, {@link org.nr4j.kv.Expiry} how long, {@link
 * org.nr4j.kv.AtomicBatch} what together; {@link org.nr4j.kv.Entry}, {@link org.nr4j.kv.Fingerprint} and {@link org.nr4j.kv.KeyValueSnapshot} are answers; a {@link org.nr4j.kv.ChangeListener} hears of each {@link org.nr4j.kv.Change}.
 */
@NullMarked
package org.nr4j.kv;

import org.jspecify.annotations.NullMarked;
