/**
 * The parts of the {@linkplain org.nr4j.examples.Demo demo}.
 *
 * <p>{@code Options} are parsed; a {@code Subject} is chosen (a structure, its operations, what they must add up to);
 * each {@code Contender} shares it between threads in its own way; a {@code Contest} lets a {@code Crew} of threads
 * work on them in turn, in short slices, and keeps a {@code Score} of each; {@code Verification} checks the contents;
 * {@code Report} and {@code Advice} print what came out.
 */
package org.nr4j.examples.demo;
