package org.nr4j.bench;

import java.util.Map;
import java.util.function.Supplier;
import org.nr4j.Dispatch;
import org.nr4j.topology.NumaTopology;

/**
 * A structure to measure: the plain structure, its rivals, and the operations on it. All ways of sharing get the same
 * operation objects.
 *
 * <p>A structure keeps its size during a measurement: writes replace elements, or add and remove equally often. Any
 * thread may ask for operations at any time.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 */
interface Subject<R, W> {
    /** Makes a structure that is shared in its own way. */
    interface Rival<R, W> {
        Shared<R, W> make(int replicas, NumaTopology topology);

        /** Returns a rival that is safe for several threads by itself. */
        static <R, W> Rival<R, W> of(Supplier<Dispatch<R, W, Object>> structures) {
            return (replicas, topology) -> new Shared.Direct<>(structures.get());
        }
    }

    /** Returns the structure for one thread, filled. Its contents are the same each time. */
    Dispatch<R, W, Object> plain();

    /** Returns the rivals by the name of the way, filled like {@link #plain()}. */
    Map<String, Rival<R, W>> rivals();

    /** Returns the read for a random number. */
    R read(long roll);

    /** Returns the write for a random number. */
    W write(long roll);
}
