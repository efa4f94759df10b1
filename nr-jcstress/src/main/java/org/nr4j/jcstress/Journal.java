package org.nr4j.jcstress;

import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;
import org.nr4j.WaitStrategy;
import org.nr4j.topology.NumaTopology;

/**
 * A structure whose state shows which writes were applied, and in which order. A write is a number from 1 to 9. Its
 * answer is the number of writes before it.
 */
final class Journal implements Dispatch<Journal.Question, Integer, Integer> {
    static final NumaTopology TWO_NODES = NumaTopology.simulated(2, 2);

    /** The questions that a read can ask. */
    enum Question {
        /** How many writes there were. */
        SIZE,
        /** The last nine writes, as the digits of a number. */
        DIGITS
    }

    private int size;
    private int digits;

    @Override
    public Integer dispatch(Question question) {
        return question == Question.SIZE ? size : digits;
    }

    @Override
    public Integer dispatchMut(Integer op) {
        digits = digits % 100_000_000 * 10 + op;
        return size++;
    }

    Journal copy() {
        Journal copy = new Journal();
        copy.size = size;
        copy.digits = digits;
        return copy;
    }

    /** Replicas of a journal with the smallest log. */
    static NodeReplicated<Question, Integer, Integer> replicated(int replicas, int logCapacity, WaitStrategy waiting) {
        return NodeReplicated.builder(Journal::new)
                .topology(TWO_NODES)
                .replicas(replicas)
                .logCapacity(logCapacity)
                .waitStrategy(waiting)
                .executor(Runnable::run)
                .build();
    }
}
