package org.nr4j.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.nr4j.kv.Entry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.DurableStats;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.kv.transaction.Codec;
import org.nr4j.kv.transaction.Procedure;
import org.nr4j.kv.transaction.Transaction;

/**
 * A bank whose accounts are on disk: several threads transfer money, the store is closed, and the money is still there.
 *
 * <p>Shows a durable store:
 *
 * <ul>
 *   <li>With {@link SyncPolicy#ALWAYS} a call returns once its write is on the disk. Threads that write at the same
 *       time share syncs, so there are fewer syncs than writes.
 *   <li>The log on disk has the calls of procedures, not their effects. So a durable store runs registered procedures
 *       only, and each opening registers the same ones.
 *   <li>Opening the directory again runs the calls of the log again, and yields the same contents.
 * </ul>
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java
 * -Dexec.mainClass=org.nr4j.examples.DurableStoreExample}, with a directory in {@code -Dexec.args}. Without one, the
 * program uses a temporary directory and deletes it.
 */
public final class DurableStoreExample {
    private static final int ACCOUNTS = 20;
    private static final long FIRST_BALANCE = 1_000;
    private static final int THREADS = 4;
    private static final int TRANSFERS = 50;

    /**
     * Moves money if the first account has enough, and answers whether it had. The log has the name of this procedure,
     * so name and meaning must stay as they are.
     */
    private static final Procedure<Transfer, Boolean> TRANSFER = Procedure.writing(
                    "transfer",
                    Codec.of(Transfer::toBytes, Transfer::ofBytes),
                    Codec.truth(),
                    DurableStoreExample::transfer)
            .keys(transfer -> List.of(account(transfer.from()), account(transfer.to())));

    private DurableStoreExample() {}

    /** The argument of a call. The log has its bytes. */
    record Transfer(int from, int to, long amount) {
        byte[] toBytes() {
            return ByteBuffer.allocate(2 * Integer.BYTES + Long.BYTES)
                    .putInt(from)
                    .putInt(to)
                    .putLong(amount)
                    .array();
        }

        static Transfer ofBytes(byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            return new Transfer(in.getInt(), in.getInt(), in.getLong());
        }
    }

    public static void main(String[] args) throws IOException {
        if (args.length > 0) {
            run(Path.of(args[0]));
            return;
        }
        Path directory = Files.createTempDirectory("nr4j-bank");
        try {
            run(directory);
        } finally {
            delete(directory);
        }
    }

    static void run(Path directory) {
        long before;
        try (KeyValueStore bank = open(directory)) {
            for (int i = 0; i < ACCOUNTS; i++) {
                bank.putIfAbsent(account(i), KeyValueStore.encode(FIRST_BALANCE));
            }
            before = sum(bank);
            System.out.println("accounts: " + bank.size() + ", money: " + before);
            System.out.println("transfers: " + transferInThreads(bank));
            DurableStats stats = bank.durableStats();
            System.out.println("written: " + stats.bytes() + " bytes in " + stats.syncs() + " syncs, the longest of "
                    + stats.longestSyncNanos() / 1_000 + " µs");
            System.out.println("not on the disk yet: " + stats.lag() + ", failure: " + stats.failure());
        }
        try (KeyValueStore bank = open(directory)) {
            System.out.println("after opening again, money: " + sum(bank) + ", the same: " + (sum(bank) == before));
            DurableStats stats = bank.durableStats();
            System.out.println("recovered: " + stats.recoveredEntries() + " entries of " + stats.recoveredBytes()
                    + " bytes in " + stats.recoveryNanos() / 1_000 + " µs");
            System.out.println("cut off after a crash: " + stats.cutBytes() + " bytes");
        }
    }

    private static KeyValueStore open(Path directory) {
        return KeyValueStore.builder()
                .procedure(TRANSFER)
                .durable(Durability.in(directory).syncPolicy(SyncPolicy.ALWAYS)) // the default
                .build();
    }

    private static int transferInThreads(KeyValueStore bank) {
        List<CompletableFuture<Integer>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            threads.add(CompletableFuture.supplyAsync(() -> transfer(bank, thread), task -> new Thread(task).start()));
        }
        return threads.stream().mapToInt(CompletableFuture::join).sum();
    }

    /** Returns how many transfers the bank has made. Each of them is on the disk. */
    private static int transfer(KeyValueStore bank, int thread) {
        int done = 0;
        for (int i = 0; i < TRANSFERS; i++) {
            int from = (thread + i) % ACCOUNTS;
            int to = (from + 1 + i % (ACCOUNTS - 1)) % ACCOUNTS;
            if (bank.transact(TRANSFER, new Transfer(from, to, 1 + i % 5))) {
                done++;
            }
        }
        return done;
    }

    /** The body of the procedure. Each replica runs it, and each opening of the directory runs it again. */
    private static boolean transfer(Transaction bank, Transfer transfer) {
        byte[] from = account(transfer.from());
        byte[] to = account(transfer.to());
        long balance = KeyValueStore.decode(bank.get(from));
        if (balance < transfer.amount()) {
            return false;
        }
        bank.set(from, KeyValueStore.encode(balance - transfer.amount()));
        bank.set(to, KeyValueStore.encode(KeyValueStore.decode(bank.get(to)) + transfer.amount()));
        return true;
    }

    private static long sum(KeyValueStore bank) {
        return bank.scan(KeyRange.prefix(bytes("account/"))).stream()
                .map(Entry::value)
                .mapToLong(KeyValueStore::decode)
                .sum();
    }

    private static byte[] account(int number) {
        return bytes("account/" + number);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
