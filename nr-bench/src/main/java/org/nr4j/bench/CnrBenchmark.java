package org.nr4j.bench;

import java.util.HashMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.nr4j.NodeReplicated;
import org.nr4j.cnr.ConcurrentNodeReplicated;
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
 * A map in parts under several logs, against the same map under node replication with one ({@code logs=0}), in one run. Some of the operations, {@code across} in a thousand, are of several logs: a size of all parts or a write of two keys.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar CnrBenchmark -t 2}; with {@code -p replicas=2} through the logs.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class CnrBenchmark {
    @Param({"0", "1", "2", "4"})
    int logs;

    @Param("TreeMap")
    String structure;

    @Param("10000")
    int entries;

    /** Per cent. */
    @Param({"0", "100"})
    int writes;

    /** In a thousand. */
    @Param("0")
    int across;

    @Param("1")
    int replicas;

    private NodeReplicated<Object, Object, Object> nr;
    private ConcurrentNodeReplicated<Object, Object, Object> cnr;
    private Integer[] keys;
    private MapSubject.Put[] puts;

    /** Builds the map and the operations. */
    @Setup
    public void build() {
        if (logs == 0) {
            nr = NodeReplicated.builder(() -> newDispatch(1)).replicas(replicas).build();
        } else {
            cnr = ConcurrentNodeReplicated.<Object, Object>builder(() -> newDispatch(logs), PartitionedDispatch::logsOf)
                    .logs(logs)
                    .replicas(replicas)
                    .build();
        }
        keys = new Integer[entries];
        puts = new MapSubject.Put[entries];
        for (int i = 0; i < entries; i++) {
            keys[i] = i;
            puts[i] = new MapSubject.Put(keys[i], keys[i]);
        }
    }

    private PartitionedDispatch newDispatch(int parts) {
        return new PartitionedDispatch(
                parts, entries, part -> structure.equals("TreeMap") ? new TreeMap<>() : new HashMap<>());
    }

    /** Ends it. */
    @TearDown
    public void close() {
        if (logs == 0) {
            nr.close();
        } else {
            cnr.close();
        }
    }

    /** One read or write. */
    @Benchmark
    public Object operation(Dice dice) {
        long roll = dice.roll();
        int i = Dice.below(roll, entries);
        boolean write = (roll & 0xFFFF) * 100 < (long) writes * 0x10000;
        boolean ofSeveral = across > 0 && (roll >>> 16 & 0xFFFF) * 1000 < (long) across * 0x10000;
        if (write) {
            return write(ofSeveral ? new PartitionedDispatch.Both(puts[i], puts[(i + 1) % entries]) : puts[i]);
        }
        return read(ofSeveral ? PartitionedDispatch.SIZE : keys[i]);
    }

    private Object write(Object op) {
        return logs == 0 ? nr.executeMut(op) : cnr.executeMut(op);
    }

    private Object read(Object op) {
        return logs == 0 ? nr.execute(op) : cnr.execute(op);
    }
}
