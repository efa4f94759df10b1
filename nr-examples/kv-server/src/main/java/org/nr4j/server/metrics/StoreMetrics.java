package org.nr4j.server.metrics;

import java.util.List;
import org.nr4j.NrStats;
import org.nr4j.kv.durable.DurableStats;
import org.nr4j.server.engine.StoreEngine;

/** The figures of the store: its keys, its logs with their replicas, and its disk. */
final class StoreMetrics {
    private static final double NANOS = 1e9;

    private final PrometheusText out;

    StoreMetrics(PrometheusText out) {
        this.out = out;
    }

    void write(StoreEngine engine) {
        writeKeys(engine);
        writeLogs(engine.store().stats().logs());
        writeReplicas(engine.store().stats().logs());
        if (engine.isDurable()) {
            writeDisk(engine.store().durableStats());
        }
    }

    private void writeKeys(StoreEngine engine) {
        out.gauge("keys", "Keys of each database.");
        long[] sizes = engine.databaseSizes();
        for (int i = 0; i < sizes.length; i++) {
            out.sample("keys", sizes[i], "database", Integer.toString(i));
        }
        out.gauge(
                "store_entries",
                "Entries of the store: keys, elements, and what the server notes.",
                engine.store().size());
        out.gauge(
                "store_bytes",
                "Bytes of all entries of the store.",
                engine.store().bytes());
    }

    private void writeLogs(List<NrStats> logs) {
        out.distribution("log_batch_writes", "Writes in each round of a combiner. The sum is that of all writes.");
        for (int i = 0; i < logs.size(); i++) {
            List<Long> sizes = logs.get(i).batchSizes();
            double[] bounds = new double[sizes.size() - 1];
            for (int k = 0; k < bounds.length; k++) {
                bounds[k] = 1L << k;
            }
            long[] counts = sizes.stream().mapToLong(Long::longValue).toArray();
            out.histogram(
                    "log_batch_writes", bounds, counts, (double) logs.get(i).index(), "log", Integer.toString(i));
        }
        out.gauge("log_capacity_entries", "Entries that the log can hold.");
        for (int i = 0; i < logs.size(); i++) {
            out.sample("log_capacity_entries", logs.get(i).logCapacity(), "log", Integer.toString(i));
        }
        out.gauge("log_used_entries", "Entries of the log that a replica must still read, or that are not reclaimed.");
        for (int i = 0; i < logs.size(); i++) {
            out.sample("log_used_entries", logs.get(i).logOccupancy(), "log", Integer.toString(i));
        }
        out.counter("log_helps_total", "Times a thread applied entries for another replica to get room in the log.");
        for (int i = 0; i < logs.size(); i++) {
            out.sample("log_helps_total", logs.get(i).helps(), "log", Integer.toString(i));
        }
        out.counter("log_waits_total", "Times a waiting thread took a step.");
        for (int i = 0; i < logs.size(); i++) {
            writeWaits(logs.get(i).waits(), Integer.toString(i));
        }
    }

    private void writeWaits(NrStats.Waits waits, String log) {
        out.sample("log_waits_total", waits.spins(), "log", log, "step", "spin");
        out.sample("log_waits_total", waits.yields(), "log", log, "step", "yield");
        out.sample("log_waits_total", waits.parks(), "log", log, "step", "park");
        out.sample("log_waits_total", waits.logFull(), "log", log, "step", "log-full");
        out.sample("log_waits_total", waits.behind(), "log", log, "step", "follower-behind");
    }

    private void writeReplicas(List<NrStats> logs) {
        out.counter("replica_writes_total", "Writes that threads submitted through the replica.");
        for (int i = 0; i < logs.size(); i++) {
            for (NrStats.ReplicaStats replica : logs.get(i).replicas()) {
                out.sample("replica_writes_total", replica.submitted(), labels(i, replica));
            }
        }
        out.gauge("replica_lag_writes", "Writes of the log that the replica has not applied.");
        for (int i = 0; i < logs.size(); i++) {
            for (NrStats.ReplicaStats replica : logs.get(i).replicas()) {
                out.sample("replica_lag_writes", replica.lag(), labels(i, replica));
            }
        }
        out.gauge("replica_serving", "Whether the replica serves operations: 1 or 0.");
        for (int i = 0; i < logs.size(); i++) {
            for (NrStats.ReplicaStats replica : logs.get(i).replicas()) {
                boolean serving = replica.state() == NrStats.ReplicaState.SERVING;
                out.sample("replica_serving", serving ? 1 : 0, labels(i, replica));
            }
        }
    }

    private static String[] labels(int log, NrStats.ReplicaStats replica) {
        return new String[] {
            "log", Integer.toString(log),
            "replica", Integer.toString(replica.id()),
            "node", Integer.toString(replica.node())
        };
    }

    private void writeDisk(DurableStats disk) {
        out.counter("disk_log_bytes_total", "Bytes appended to the log on disk.", disk.bytes());
        out.counter("disk_syncs_total", "Syncs of the log.", disk.syncs());
        out.counter("disk_sync_seconds_total", "Time that the syncs took.", disk.syncNanos() / NANOS);
        out.gauge("disk_longest_sync_seconds", "Time of the longest sync.", disk.longestSyncNanos() / NANOS);
        out.gauge("disk_log_files", "Files of the log.", disk.segments());
        out.gauge("disk_log_size_bytes", "Bytes of these files.", disk.segmentBytes());
        out.counter("disk_snapshots_total", "Snapshots completed.", disk.snapshots());
        out.gauge("disk_lag_writes", "Writes that are not in the log on disk yet.", disk.lag());
        out.gauge("disk_recovered_entries", "Entries at the start.", disk.recoveredEntries());
        out.gauge("disk_recovery_seconds", "Time that reading them took.", disk.recoveryNanos() / NANOS);
        out.gauge("disk_cut_bytes", "Half-written bytes cut off at the start.", disk.cutBytes());
        out.gauge(
                "disk_failed", "Whether a failure of the disk stopped writes: 1 or 0.", disk.failure() == null ? 0 : 1);
    }
}
