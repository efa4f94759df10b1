package org.nr4j.kv.internal.durable;

import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;

/** A write whose thread waits until it is on the disk. */
final class AwaitedWrite implements Update {
    private final Update write;
    private final Thread writer;

    /** Volatile: the log's thread sets it before it unparks the writer, and the writer reads it before it parks. */
    private volatile boolean durable;

    /** A write of the calling thread. */
    AwaitedWrite(Update write) {
        this.write = write;
        this.writer = Thread.currentThread();
    }

    /** Returns the write that goes to the disk. */
    static Update unwrap(Update write) {
        return write instanceof AwaitedWrite awaited ? awaited.write : write;
    }

    boolean isDurable() {
        return durable;
    }

    void complete() {
        durable = true;
        LockSupport.unpark(writer);
    }

    @Override
    public @Nullable Object applyTo(StoreReplica replica) {
        return write.applyTo(replica);
    }

    @Override
    public void encodeTo(ByteOutput out) {
        write.encodeTo(out);
    }

    @Override
    public void addParts(BitSet parts, int count) {
        write.addParts(parts, count);
    }

    @Override
    public LogSet logs(int count) {
        return write.logs(count);
    }
}
