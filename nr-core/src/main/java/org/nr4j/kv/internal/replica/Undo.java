package org.nr4j.kv.internal.replica;

import java.util.ArrayList;
import java.util.List;

/** Undoes the changes of an operation that throws. One thread uses an instance. */
final class Undo {
    private final List<Runnable> steps = new ArrayList<>();

    /** Adds the step that undoes a change. Steps come in the order of the changes. */
    void add(Runnable step) {
        steps.add(step);
    }

    /** Undoes all changes, the last one first. */
    void run() {
        for (int i = steps.size() - 1; i >= 0; i--) {
            steps.get(i).run();
        }
    }
}
