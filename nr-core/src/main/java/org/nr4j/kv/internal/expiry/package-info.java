/** Removes entries whose instant has come. */
@NullMarked
package org.nr4j.kv.internal.expiry;

import org.jspecify.annotations.NullMarked;
