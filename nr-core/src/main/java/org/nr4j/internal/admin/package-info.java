/**
 * Changes to a running instance: replicas are added, removed, compared and rebuilt, and the instance is closed. Also
 * code that the façades share.
 */
@NullMarked
package org.nr4j.internal.admin;

import org.jspecify.annotations.NullMarked;
