package org.nr4j.bench;

import java.util.List;

/** One measurement of a profile. */
interface Step {
    /** What it measures, for people. */
    String what();

    /** How long it is expected to take. */
    double seconds();

    /**
     * Measures.
     *
     * @return lines for the file of results; none if it only shows that something works
     */
    List<String> run() throws Exception;
}
