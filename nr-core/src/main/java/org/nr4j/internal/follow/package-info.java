/** Followers: tasks that take writes from the log and pass them to a consumer. */
@NullMarked
package org.nr4j.internal.follow;

import org.jspecify.annotations.NullMarked;
