/** A demonstration: three members, clients that write, and the death of the leader. */
@NullMarked
package org.nr4j.cluster.demo;

import org.jspecify.annotations.NullMarked;
