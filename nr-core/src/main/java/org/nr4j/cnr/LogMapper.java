package org.nr4j.cnr;

/**
 * Says which logs an operation belongs to.
 *
 * <p>Operations that <b>conflict</b> have a log in common: those of which one changes what the other looks at or changes. The usual way is to give each part of the state a log, by a hash of the key say, and each operation the logs of the parts that it touches.
 * Most operations should have one log; one of several costs about as much as one in each of them, and those that write wait for each other.
 *
 * <p>Called once an operation, by the thread that submits it, so by several at once. It must be a function of the operation alone.
 *
 * @param <O> the operations
 */
@FunctionalInterface
public interface LogMapper<O> {

    /**
     * The logs of an operation.
     *
     * @param op the operation, never null
     * @param logs how many logs there are, numbered from 0
     */
    LogSet logsOf(O op, int logs);
}
