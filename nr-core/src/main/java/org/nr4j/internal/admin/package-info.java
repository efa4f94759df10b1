/** Changes to a running instance: adding, removing, comparing, rebuilding replicas, closing. What façades share. */
@NullMarked
package org.nr4j.internal.admin;

import org.jspecify.annotations.NullMarked;
