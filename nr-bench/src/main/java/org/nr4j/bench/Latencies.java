package org.nr4j.bench;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Latencies, separate for reads and writes. One thread at a time may use an instance. */
final class Latencies {
    /** The percentiles of both kinds. */
    record Summary(Percentiles reads, Percentiles writes) implements Serializable {
        /** The two kinds of operations, by the names they have in results. */
        static final List<String> OPS = List.of("read", "write");

        Percentiles of(String op) {
            return op.equals("read") ? reads : writes;
        }
    }

    private final Histogram reads = Percentiles.newHistogram();
    private final Histogram writes = Percentiles.newHistogram();

    void record(boolean write, long nanos) {
        Percentiles.record(write ? writes : reads, nanos);
    }

    void reset() {
        reads.reset();
        writes.reset();
    }

    Summary summary() {
        return new Summary(Percentiles.of(reads), Percentiles.of(writes));
    }

    /** Returns the sum of all parts. */
    static <T> Latencies sum(Collection<T> parts, Function<T, Latencies> latencies) {
        Latencies sum = new Latencies();
        for (T part : parts) {
            sum.reads.add(latencies.apply(part).reads);
            sum.writes.add(latencies.apply(part).writes);
        }
        return sum;
    }
}
