/**
 * Replicated structures, ready to use.
 *
 * <ul>
 *   <li>{@link org.nr4j.kv.ReplicatedMap} replaces a {@code ConcurrentHashMap}.
 *   <li>{@link org.nr4j.kv.ReplicatedNavigableMap} replaces a {@code ConcurrentSkipListMap}.
 *   <li>{@link org.nr4j.kv.KeyValueStore} is an ordered store for bytes.
 * </ul>
 *
 * <p>Arguments of the store are a {@link org.nr4j.kv.KeyRange}, an {@link org.nr4j.kv.Expiry} and an
 * {@link org.nr4j.kv.AtomicBatch}. Its answers are an {@link org.nr4j.kv.Entry}, a {@link org.nr4j.kv.Fingerprint} and
 * a {@link org.nr4j.kv.KeyValueSnapshot}. A {@link org.nr4j.kv.ChangeListener} receives each
 * {@link org.nr4j.kv.Change}. {@link org.nr4j.kv.transaction} has the procedures that a store runs.
 */
@NullMarked
package org.nr4j.kv;

import org.jspecify.annotations.NullMarked;
