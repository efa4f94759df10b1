/** Helpers of concurrent tests: running threads against each other with a deadline, and repeatable random numbers. */
package org.nr4j.testing;
