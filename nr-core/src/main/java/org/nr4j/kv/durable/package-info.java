/** A {@link org.nr4j.kv.KeyValueStore} on disk: what a program sees of its log. */
@NullMarked
package org.nr4j.kv.durable;

import org.jspecify.annotations.NullMarked;
