/**
 * A replicated, linearizable, ordered key-value store for bytes.
 *
 * <p>{@link org.nr4j.kv.KeyValueStore} is the store and the only entry. {@link org.nr4j.kv.KeyRange} says which keys, {@link org.nr4j.kv.Expiry} how long, {@link
 * org.nr4j.kv.AtomicBatch} what together; {@link org.nr4j.kv.Entry}, {@link org.nr4j.kv.Fingerprint} and {@link org.nr4j.kv.KeyValueSnapshot} are answers.
 */
@NullMarked
package org.nr4j.kv;

import org.jspecify.annotations.NullMarked;
