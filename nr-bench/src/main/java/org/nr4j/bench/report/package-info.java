/**
 * Processes results: reads the lines that all benchmarks write, computes statistics, writes the HTML report, and
 * compares two results. Nothing here measures.
 */
package org.nr4j.bench.report;
