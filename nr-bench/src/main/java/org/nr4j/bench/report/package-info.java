/**
 * What becomes of measurements: reading the lines that all benchmarks write, statistics, the HTML report, the
 * comparison of two results. Nothing here measures.
 */
package org.nr4j.bench.report;
