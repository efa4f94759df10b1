package org.nr4j.bench;

import java.util.Map;
import java.util.function.Supplier;
import org.nr4j.Dispatch;
import org.nr4j.topology.NumaTopology;

/**
 * A structure to measure: the plain structure, its rivals, and the operations on it. All ways of sharing get the same
 * operations, as objects.
 *
 * <p>A structure keeps its size, however long a measurement runs. Writes replace elements, or add and remove equally
 * often. Any thread may ask for operations at any time.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 */
interface Subject<R, W> {
    /** Makes a structure that is shared in a way of its own. */
    interface Rival<R, W> {
        Shared<R, W> make(int replicas, NumaTopology topology);

        /** One that is safe for several threads by itself. */
        static <R, W> Rival<R, W> of(Supplier<Dispatch<R, W, Object>> structures) {
            return (replicas, topology) -> new Shared.Direct<>(structures.get());
        }
    }

    /** The structure for one thread, filled; equal each time. */
    Dispatch<R, W, Object> plain();

    /** What is shared in ways of its own, filled equally, by the name of the way. */
    Map<String, Rival<R, W>> rivals();

    /** The read that a random number stands for. */
    R read(long roll);

    /** The write that a random number stands for. */
    W write(long roll);
}
