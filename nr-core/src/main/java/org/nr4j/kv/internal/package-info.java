/** What the key-value store is made of: the ordered tree, the operations in the log, files. Not exported: no promises to users. */
@NullMarked
package org.nr4j.kv.internal;

import org.jspecify.annotations.NullMarked;
