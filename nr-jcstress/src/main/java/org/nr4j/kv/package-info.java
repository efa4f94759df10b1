/**
 * jcstress tests of the key-value store's own fields, in its package. As in {@code org.nr4j.internal}, a class whose
 * name ends in {@code Weakened} is the twin of a test: a small copy with a defect that it must show.
 */
package org.nr4j.kv;
