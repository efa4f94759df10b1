/** jcstress tests of the log on disk, in its package; see {@code org.nr4j.kv} of this module. */
package org.nr4j.kv.internal.durable;
