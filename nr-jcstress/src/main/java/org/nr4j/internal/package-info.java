/**
 * jcstress tests of the classes of {@code org.nr4j.internal}, in their package, since most of them are package-private.
 *
 * <p>Each test has a {@code FORBIDDEN} outcome and calls the shipped class. Beside it stands a twin whose name ends in
 * {@code Weakened}: a small copy of the protocol with one access mode weakened or one step dropped. What the test
 * forbids, the twin declares {@code ACCEPTABLE_INTERESTING}, and {@code run.sh ci} fails if the twin does not show it:
 * then the test would not notice the defect either.
 */
package org.nr4j.internal;
