package org.nr4j.kv.internal.durable;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.durable.RepairReport;
import org.nr4j.kv.durable.StoreReport;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.file.BlockOutput;
import org.nr4j.kv.internal.wal.Base;
import org.nr4j.kv.internal.wal.LogCopy;
import org.nr4j.kv.internal.wal.Recovery;

/**
 * Copies a log up to its first damage. The writes stay writes: nothing is applied, so no procedure runs. If the base is
 * damaged, the copy has the entries before the damage, and no later write. Values in files are copied as they are.
 */
public final class LogRepair {
    private LogRepair() {}

    /**
     * Copies a log.
     *
     * @param from stays as it is
     * @param to empty; empty again if this method throws
     */
    public static RepairReport copy(Disk from, Disk to) throws IOException {
        LogCheck check = new LogCheck(from);
        boolean copied = false;
        try {
            RepairReport report = copy(check, to);
            copied = true;
            return report;
        } finally {
            if (!copied) {
                for (String name : to.list()) {
                    to.delete(name);
                }
            }
        }
    }

    private static RepairReport copy(LogCheck check, Disk to) throws IOException {
        LogCopy copy = new LogCopy(check.recovery(), to);
        DamagedLogException damaged = check.damageOfBase();
        if (damaged == null) {
            copy.copyAll();
        } else {
            Base base = Objects.requireNonNull(check.recovery().base());
            copy.writeBase(base, out -> copyEntries(check.recovery(), base, check.entries(), out), damaged.offset());
        }
        copy.copyValues();
        StoreReport report = check.report();
        long records = report.isIntact() ? 0 : copy.recordsLeftOut();
        long bytes = report.isIntact() ? 0 : copy.bytesLeftOut();
        copy.finish();
        return new RepairReport(report, records, bytes);
    }

    /** Copies the first entries of a damaged base. */
    private static void copyEntries(Recovery recovery, Base base, long count, OutputStream out) throws IOException {
        BlockOutput blocks = BlockOutput.forOwnLog(out);
        long[] bytes = new long[1];
        if (count > 0) {
            BaseReader.readFirst(recovery, base, count, in -> {
                if (in.isStored()) {
                    blocks.writeStored(in.key(), in.value(), in.expiry());
                } else {
                    blocks.writeEntry(in.key(), in.value(), in.expiry());
                    bytes[0] += in.value().length;
                }
                bytes[0] += in.key().length;
            });
        }
        blocks.finish(count, bytes[0]);
    }
}
