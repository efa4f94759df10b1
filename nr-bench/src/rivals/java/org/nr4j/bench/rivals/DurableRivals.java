package org.nr4j.bench.rivals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
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
    private Path directory;
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

    /** Where each thread goes on. */
    @State(Scope.Thread)
    public static class Place {
        private final SplittableRandom random =
                new SplittableRandom(Thread.currentThread().getId());

        private byte[] next(byte[][] keys) {
            return keys[random.nextInt(keys.length)];
        }

        private boolean isRead() {
            return random.nextInt(100) < 95;
        }
    }

    /** Fills a store without syncs, and opens it again as measured. */
    @Setup
    public void build() throws Exception {
        directory = Files.createTempDirectory("nr4j-rivals");
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
                        .durable(Durability.in(directory).syncPolicy(synced ? SyncPolicy.ALWAYS : SyncPolicy.NEVER))
                        .build());
            case "rocksdb" ->
                new Rocks(
                        RocksDB.open(new Options().setCreateIfMissing(true), directory.toString()),
                        new WriteOptions().setSync(synced));
            case "mvstore" -> {
                MVStore mv = MVStore.open(directory.resolve("store.mv").toString());
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
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(DurableRivals::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces a value. */
    @Benchmark
    public void put(Place place) {
        store.put(place.next(keys), value);
    }

    /** Reads a value: YCSB C with evenly drawn keys. */
    @Benchmark
    public byte[] get(Place place) {
        return store.get(place.next(keys));
    }

    /** 95 % reads, 5 % replacements: YCSB B with evenly drawn keys. */
    @Benchmark
    public byte[] mostlyReads(Place place) {
        byte[] key = place.next(keys);
        if (place.isRead()) {
            return store.get(key);
        }
        store.put(key, value);
        return key;
    }
}
