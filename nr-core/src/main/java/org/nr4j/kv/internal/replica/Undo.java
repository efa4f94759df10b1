package org.nr4j.kv.internal.replica;

import java.util.ArrayList;
import java.util.List;

/** The way back from the changes of one operation, in case the operation throws. For one thread. */
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
