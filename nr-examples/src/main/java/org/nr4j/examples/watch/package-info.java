/** The parts of {@link org.nr4j.examples.Watch}: a load, what happens to it, and the view of its statistics. */
package org.nr4j.examples.watch;
