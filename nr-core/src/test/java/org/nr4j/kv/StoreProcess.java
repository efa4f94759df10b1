package org.nr4j.kv;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.SyncPolicy;

/**
 * A process that writes to a durable store until it is killed, or until its standard input ends. It says on its
 * standard output what it has done, a line each:
 *
 * <ul>
 *   <li>{@code open}: the store is open
 *   <li>{@code ack WRITER STEP}: a step of a writer has returned; the writer begins the next step afterwards
 *   <li>{@code kept STEP...}: the log has these steps of all writers, as the figures of the store say
 * </ul>
 */
final class StoreProcess {
    static final int WRITERS = 3;

    private final KeyValueStore store;
    private final PrintStream out;
    private final AtomicLongArray acknowledged = new AtomicLongArray(WRITERS);

    private StoreProcess(KeyValueStore store, PrintStream out) {
        this.store = store;
        this.out = out;
    }

    /** Opens a store with files so small that segments and snapshots end all the time. Long values are in files. */
    static KeyValueStore open(Path directory, SyncPolicy policy, int logs) {
        return KeyValueStore.builder()
                .logs(logs)
                .fingerprints(true)
                .procedure(ScriptedWriter.APPEND)
                .durable(Durability.in(directory)
                        .syncPolicy(policy)
                        .segmentBytes(4_096)
                        .snapshotBytes(8_192)
                        .minFreeBytes(4_096)
                        .valuesOnDisk(128))
                .build();
    }

    /** Returns the policy of a name: {@code always}, {@code never}, or a number of milliseconds. */
    static SyncPolicy policy(String name) {
        return switch (name) {
            case "always" -> SyncPolicy.ALWAYS;
            case "never" -> SyncPolicy.NEVER;
            default -> SyncPolicy.interval(Duration.ofMillis(Long.parseLong(name)));
        };
    }

    /** Arguments: the directory, the policy, the number of logs, and how many steps each writer has taken before. */
    public static void main(String[] arguments) throws IOException {
        int logs = Integer.parseInt(arguments[2]);
        PrintStream out = new PrintStream(System.out, /* autoFlush= */ true, StandardCharsets.US_ASCII);
        StoreProcess process = new StoreProcess(open(Path.of(arguments[0]), policy(arguments[1]), logs), out);
        out.println("open");
        for (int writer = 0; writer < WRITERS; writer++) {
            long steps = Long.parseLong(arguments[3 + writer]);
            int number = writer;
            process.acknowledged.set(writer, steps);
            new Thread(() -> process.write(new ScriptedWriter(number, steps))).start();
        }
        if (logs == 1) {
            new Thread(process::sayWhatIsKept).start();
        }
        while (System.in.read() >= 0) {
            // The end of the input is the end of the parent.
        }
        Runtime.getRuntime().halt(1);
    }

    private void write(ScriptedWriter writer) {
        while (true) {
            writer.next().accept(store);
            synchronized (out) {
                acknowledged.set(writer.number(), writer.steps());
                out.println("ack " + writer.number() + " " + writer.steps());
            }
        }
    }

    private void sayWhatIsKept() {
        while (true) {
            StringBuilder line = new StringBuilder("kept");
            for (int writer = 0; writer < WRITERS; writer++) {
                line.append(' ').append(acknowledged.get(writer));
            }
            long writes = store.indexes().total();
            // The total is read before the lag, so the log has at least the difference.
            while (store.indexes().total() - store.durableStats().lag() < writes) {
                Thread.onSpinWait();
            }
            out.println(line);
        }
    }
}
