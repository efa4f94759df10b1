/**
 * jcstress tests of the classes of {@code org.nr4j.internal}. The tests are in the packages of these classes, since
 * most of them are package-private.
 *
 * <p>Each test has a {@code FORBIDDEN} outcome and calls the shipped class. Beside it stands a twin whose name ends in
 * {@code Weakened}: a small copy of the protocol with one access mode weakened or one step dropped. The twin declares
 * {@code ACCEPTABLE_INTERESTING} what the test forbids. {@code run.sh ci} fails if the twin does not show it, because
 * then the test would not notice the defect either.
 */
package org.nr4j.internal;
