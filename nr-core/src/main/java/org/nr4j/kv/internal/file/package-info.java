/** The format of snapshots, and the limits on the lengths of keys and values. */
@NullMarked
package org.nr4j.kv.internal.file;

import org.jspecify.annotations.NullMarked;
