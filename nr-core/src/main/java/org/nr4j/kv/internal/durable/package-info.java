/** A store on disk: group commit of its writes, snapshots in the background, and recovery. */
@NullMarked
package org.nr4j.kv.internal.durable;

import org.jspecify.annotations.NullMarked;
