package org.nr4j.cnr;

/**
 * The function that maps an operation to its logs.
 *
 * <p>Two operations <b>conflict</b> if one changes state that the other reads or changes. Operations that conflict must
 * share a log. The usual way is to give each part of the state a log, for example by the hash of the key. An operation
 * then has the logs of the parts that it touches.
 *
 * <p>Most operations should have one log. An operation of several logs costs about as much as one operation in each of
 * them. Writes of several logs wait for each other.
 *
 * <p>The submitting thread calls the mapper once for each operation, so several threads may call it at the same time.
 * The result must depend on the operation and the number of logs only.
 *
 * @param <O> the operations
 */
@FunctionalInterface
public interface LogMapper<O> {

    /**
     * Returns the logs of an operation.
     *
     * @param op the operation, never null
     * @param logs how many logs there are, numbered from 0
     */
    LogSet logsOf(O op, int logs);
}
