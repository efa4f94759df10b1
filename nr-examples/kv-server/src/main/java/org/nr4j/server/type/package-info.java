/** Redis' types as groups of keys in the ordered store. */
@NullMarked
package org.nr4j.server.type;

import org.jspecify.annotations.NullMarked;
