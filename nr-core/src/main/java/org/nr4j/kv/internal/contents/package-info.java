/** The entries of a store: one tree for each part, read as one, and the rule that says which part has a key. */
@NullMarked
package org.nr4j.kv.internal.contents;

import org.jspecify.annotations.NullMarked;
