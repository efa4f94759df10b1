package org.nr4j.bench;

import java.util.List;

/** One measurement of a profile. */
interface Step {
    /** Returns what it measures, for people. */
    String what();

    /** Returns how long it is expected to take, in seconds. */
    double seconds();

    /**
     * Measures.
     *
     * @return lines for the file of results; none if it only shows that something works
     */
    List<String> run() throws Exception;
}
