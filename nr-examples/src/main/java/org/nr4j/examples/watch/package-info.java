/** The parts of {@link org.nr4j.examples.Watch}: a load, incidents, and the view of the statistics. */
package org.nr4j.examples.watch;
