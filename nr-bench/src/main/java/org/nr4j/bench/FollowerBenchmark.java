package org.nr4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.nr4j.Follower;
import org.nr4j.NodeReplicated;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what a follower costs the writers: the throughput of writes to a map without a follower, and with one that
 * only counts.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar FollowerBenchmark -t 1}. If {@code -t} is the number of
 * processors, the follower's own thread competes with the writers. With {@code -p replicas=2}, the writes go through
 * the log even without a follower.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class FollowerBenchmark {
    @Param({"0", "1"})
    int followers;

    @Param({"TreeMap", "HashMap"})
    String structure;

    @Param("1")
    int replicas;

    @Param("10000")
    int entries;

    private final LongAdder followed = new LongAdder();
    private final List<Follower> following = new ArrayList<>();
    private NodeReplicated<Integer, MapSubject.Put, Object> map;
    private MapSubject.Put[] puts;

    /** Builds the map, the operations and the followers. */
    @Setup
    public void build() {
        MapSubject subject = MapSubject.uniform(MapSubject.Kind.of(structure), entries);
        map = subject.replicated(replicas);
        puts = subject.puts();
        for (int i = 0; i < followers; i++) {
            following.add(map.follow((index, writes) -> followed.add(writes.size())));
        }
    }

    /** Checks that the followers saw all writes. Otherwise the figures would mean nothing. */
    @TearDown
    public void check() {
        long written = map.writeCount();
        map.close();
        for (Follower follower : following) {
            follower.ended().join();
        }
        if (followed.sum() != followers * written) {
            throw new IllegalStateException(
                    "a follower must see every write: followed=" + followed.sum() + " written=" + written);
        }
    }

    /** One write. */
    @Benchmark
    public Object write(Dice dice) {
        return map.executeMut(puts[dice.below(entries)]);
    }
}
