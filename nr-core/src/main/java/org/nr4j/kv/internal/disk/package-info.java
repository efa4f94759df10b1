/** The directory of a log, and its files: what a disk promises, and the real one. It knows no formats. */
@NullMarked
package org.nr4j.kv.internal.disk;

import org.jspecify.annotations.NullMarked;
