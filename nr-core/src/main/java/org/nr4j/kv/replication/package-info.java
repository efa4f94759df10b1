/**
 * Copies of a store elsewhere: its writes as bytes, for another process or another machine.
 *
 * <p>A consumer receives the writes of one store with {@link org.nr4j.kv.KeyValueStore#follow}. The other store applies
 * them with {@link org.nr4j.kv.KeyValueStore#replay}.
 */
@NullMarked
package org.nr4j.kv.replication;

import org.jspecify.annotations.NullMarked;
