/**
 * Replicated maps, ready to use: {@link org.nr4j.kv.ReplicatedMap} stands where a {@code ConcurrentHashMap} does, {@link org.nr4j.kv.ReplicatedNavigableMap} where a
 * {@code ConcurrentSkipListMap} does.
 */
@NullMarked
package org.nr4j.kv;

import org.jspecify.annotations.NullMarked;
