/**
 * Records what threads did to a structure and decides whether it was linearizable (Herlihy and Wing, 1990).
 *
 * <p>A {@link org.nr4j.linearizability.HistoryRecorder} notes each operation with its answer and its place in real
 * time, a {@link org.nr4j.linearizability.Model} says what a sequential structure would have answered, and a {@link
 * org.nr4j.linearizability.LinearizabilityChecker} looks for an order of the operations that agrees with both.
 */
package org.nr4j.linearizability;
