package org.nr4j.cluster;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counters of a member. For any number of threads. */
final class Figures {
    /** Entries of the log that this member has applied since its start, and their commands. */
    final LongAdder entries = new LongAdder();

    final LongAdder commands = new LongAdder();

    /** Entries that repeated a proposal, or were of another run. */
    final LongAdder repeated = new LongAdder();

    /** Attempts to have the leader take a proposal, and proposals. */
    final LongAdder attempts = new LongAdder();

    final LongAdder proposals = new LongAdder();
    final LongAdder unknown = new LongAdder();
    final LongAdder notRun = new LongAdder();
    final LongAdder readIndexes = new LongAdder();
    final LongAdder readIndexMicros = new LongAdder();
    final LongAdder reads = new LongAdder();
    final LongAdder snapshots = new LongAdder();
    final LongAdder installed = new LongAdder();
    final LongAdder leaderChanges = new LongAdder();

    /** The index of the last snapshot on the disk; -1 without one. */
    final AtomicLong snapshotIndex = new AtomicLong(-1);
}
