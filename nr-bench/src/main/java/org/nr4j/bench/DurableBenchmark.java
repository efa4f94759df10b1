package org.nr4j.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.SyncPolicy;
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
 * Compares puts and gets of a store in memory with those of a durable store, by its policy. Keys have 16 random bytes,
 * values 100.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar DurableBenchmark -jvmArgs "-Xmx2g"}; add {@code -t 2} for two
 * threads, {@code -p policy=always -t 64} for group commit.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@State(Scope.Benchmark)
public class DurableBenchmark {
    @Param("1000000")
    int entries;

    @Param({"memory", "never", "interval", "always"})
    String policy;

    private byte[][] keys;
    private byte[] value;
    private TemporaryDirectory directory;
    private KeyValueStore store;

    /** Fills a store. */
    @Setup
    public void build() throws IOException {
        directory = new TemporaryDirectory("nr4j-durable");
        KeyValueStore.Builder builder = KeyValueStore.builder().replicas(1);
        if (!policy.equals("memory")) {
            builder.durable(Durability.in(directory.path()).syncPolicy(policyOf(policy)));
        }
        store = builder.build();
        SplittableRandom random = new SplittableRandom(42);
        value = new byte[100];
        random.nextBytes(value);
        keys = new byte[entries][16];
        List.of(keys).forEach(random::nextBytes);
        boolean awaits = policy.equals("always");
        for (int i = 0; !awaits && i < entries; i++) {
            store.set(keys[i], value);
        }
    }

    private static SyncPolicy policyOf(String name) {
        return switch (name) {
            case "never" -> SyncPolicy.NEVER;
            case "interval" -> SyncPolicy.interval(Duration.ofSeconds(1));
            case "always" -> SyncPolicy.ALWAYS;
            default -> throw new IllegalArgumentException("a policy must be never, interval or always: policy=" + name);
        };
    }

    /** Prints what the disk did, and deletes the files. */
    @TearDown
    public void close() throws IOException {
        if (!policy.equals("memory")) {
            System.out.println(store.durableStats());
        }
        store.close();
        directory.close();
    }

    /** Replaces a value. */
    @Benchmark
    public void set(RandomKeys random) {
        store.set(random.next(keys), value);
    }

    /** Reads a value. */
    @Benchmark
    public byte[] get(RandomKeys random) {
        return store.get(random.next(keys));
    }
}
