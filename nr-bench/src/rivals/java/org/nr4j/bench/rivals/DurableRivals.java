package org.nr4j.bench.rivals;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.nr4j.bench.RandomKeys;
import org.nr4j.bench.TemporaryDirectory;
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
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * Compares a durable store with RocksDB and with H2's MVStore: replacing and reading values of 1 KB under 16-byte keys.
 *
 * <p>Build with {@code ./mvnw package -DskipTests -Privals -pl nr-core,nr-bench -am}, which downloads both. Run {@code
 * java -jar nr-bench/target/benchmarks.jar DurableRivals -jvmArgs -Xmx4g}. With {@code -p sync=true -t 64} each write
 * waits for the disk; MVStore has no such mode that threads share, and is left out.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@State(Scope.Benchmark)
public class DurableRivals {
    @Param("1000000")
    int entries;

    @Param("1000")
    int valueBytes;

    @Param({"nr4j", "rocksdb", "mvstore"})
    String engine;

    @Param("false")
    boolean sync;

    private byte[][] keys;
    private byte[] value;
    private TemporaryDirectory directory;
    private Engine store;

    /** What the engines have in common. */
    private interface Engine extends AutoCloseable {
        void put(byte[] key, byte[] value);

        byte[] get(byte[] key);

        @Override
        void close();
    }

    private record Ours(KeyValueStore store) implements Engine {
        @Override
        public void put(byte[] key, byte[] value) {
            store.set(key, value);
        }

        @Override
        public byte[] get(byte[] key) {
            return store.get(key);
        }

        @Override
        public void close() {
            System.out.println(store.durableStats());
            store.close();
        }
    }

    private record Rocks(RocksDB db, WriteOptions options) implements Engine {
        @Override
        public void put(byte[] key, byte[] value) {
            try {
                db.put(options, key, value);
            } catch (RocksDBException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte[] get(byte[] key) {
            try {
                return db.get(key);
            } catch (RocksDBException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            db.close();
        }
    }

    private record Mv(MVStore store, MVMap<byte[], byte[]> map) implements Engine {
        @Override
        public void put(byte[] key, byte[] value) {
            map.put(key, value);
        }

        @Override
        public byte[] get(byte[] key) {
            return map.get(key);
        }

        @Override
        public void close() {
            store.close();
        }
    }

    /** Fills a store without syncs, and opens it again as measured. */
    @Setup
    public void build() throws Exception {
        directory = new TemporaryDirectory("nr4j-rivals");
        keys = new byte[entries][16];
        SplittableRandom random = new SplittableRandom(42);
        value = new byte[valueBytes];
        random.nextBytes(value);
        try (Engine filled = open(/* synced= */ false)) {
            for (byte[] key : keys) {
                random.nextBytes(key);
                filled.put(key, value);
            }
        }
        store = open(sync);
    }

    private Engine open(boolean synced) throws Exception {
        return switch (engine) {
            case "nr4j" ->
                new Ours(KeyValueStore.builder()
                        .replicas(1)
                        .durable(Durability.in(directory.path()).syncPolicy(synced ? SyncPolicy.ALWAYS : SyncPolicy.NEVER))
                        .build());
            case "rocksdb" ->
                new Rocks(
                        RocksDB.open(new Options().setCreateIfMissing(true), directory.path().toString()),
                        new WriteOptions().setSync(synced));
            case "mvstore" -> {
                MVStore mv = MVStore.open(directory.path().resolve("store.mv").toString());
                yield new Mv(
                        mv,
                        mv.openMap(
                                "map",
                                new MVMap.Builder<byte[], byte[]>()
                                        .keyType(ByteArrayDataType.INSTANCE)
                                        .valueType(ByteArrayDataType.INSTANCE)));
            }
            default -> throw new IllegalArgumentException("no such engine: " + engine);
        };
    }

    /** Closes the store and deletes its files. */
    @TearDown
    public void close() throws IOException {
        store.close();
        directory.close();
    }

    /** Replaces a value. */
    @Benchmark
    public void put(RandomKeys random) {
        store.put(random.next(keys), value);
    }

    /** Reads a value: YCSB C with evenly drawn keys. */
    @Benchmark
    public byte[] get(RandomKeys random) {
        return store.get(random.next(keys));
    }

    /** 95 % reads, 5 % replacements: YCSB B with evenly drawn keys. */
    @Benchmark
    public byte[] mostlyReads(RandomKeys random) {
        byte[] key = random.next(keys);
        if (random.nextPercent(95)) {
            return store.get(key);
        }
        store.put(key, value);
        return key;
    }
}
