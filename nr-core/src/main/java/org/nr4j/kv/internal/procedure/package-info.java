/** Procedures as the logs and the replicas have them, and what they see of a replica. */
@NullMarked
package org.nr4j.kv.internal.procedure;

import org.jspecify.annotations.NullMarked;
