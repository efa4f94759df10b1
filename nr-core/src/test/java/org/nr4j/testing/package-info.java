/**
 * What concurrent tests have in common: running threads against each other with a deadline, and random numbers that
 * can be repeated.
 */
package org.nr4j.testing;
