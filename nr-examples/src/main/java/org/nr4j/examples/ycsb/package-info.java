/**
 * The parts of {@link org.nr4j.examples.Ycsb}: the workloads, which records they choose, the stores, and the threads
 * that work on these.
 *
 * <p>Written to what is published of YCSB: Cooper, Silberstein, Tam, Ramakrishnan and Sears, "Benchmarking Cloud
 * Serving Systems with YCSB", SoCC 2010, and the property files of its core workloads. No code of it is in here.
 */
package org.nr4j.examples.ycsb;
