package org.nr4j.bench;

import org.openjdk.jmh.annotations.Benchmark;

/** Placeholder that proves the build; delete with the first real benchmark. */
public class PlaceholderBenchmark {
    @Benchmark
    public long nanoTime() {
        return System.nanoTime();
    }
}
