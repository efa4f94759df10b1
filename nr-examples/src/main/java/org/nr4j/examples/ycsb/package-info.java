/**
 * The parts of {@link org.nr4j.examples.Ycsb}: the workloads, the choice of records, the stores, and the threads that
 * work on these.
 *
 * <p>The code follows what is published about YCSB: Cooper, Silberstein, Tam, Ramakrishnan and Sears, "Benchmarking
 * Cloud Serving Systems with YCSB", SoCC 2010, and the property files of its core workloads. It contains no code of
 * YCSB.
 */
package org.nr4j.examples.ycsb;
