package org.nr4j;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.nr4j.linearizability.Command;

/**
 * Any plain structure under commands. It sometimes yields in the middle of an operation, so that other threads come in
 * between where they can.
 */
class Commanded<S> implements Dispatch<Command<S>, Command<S>, Object> {
    final S structure;

    /** The writes, in the order they were applied. */
    final List<Command<S>> applied = new ArrayList<>();

    Commanded(S structure) {
        this.structure = structure;
    }

    @Override
    public Object dispatch(Command<S> op) {
        disturb();
        return op.applyTo(structure);
    }

    @Override
    public Object dispatchMut(Command<S> op) {
        applied.add(op);
        Object answer = op.applyTo(structure);
        disturb();
        return answer;
    }

    private static void disturb() {
        if (ThreadLocalRandom.current().nextInt(20) == 0) {
            Thread.yield();
        }
    }
}
