/**
 * The parts of the {@linkplain org.nr4j.examples.Demo demo}.
 *
 * <ul>
 *   <li>{@code Options} holds the parsed command line.
 *   <li>A {@code Subject} is a structure, its operations, and what these must add up to.
 *   <li>A {@code Contender} shares the structure between threads in its own way.
 *   <li>A {@code Contest} lets a {@code Crew} of threads work on the contenders in turn, in short slices, and keeps a
 *       {@code Score} of each.
 *   <li>{@code Verification} checks the contents.
 *   <li>{@code Report} and {@code Advice} print the results.
 * </ul>
 */
package org.nr4j.examples.demo;
