package org.nr4j.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.nr4j.Replicated;

/**
 * A {@code TreeMap} of account balances that threads share through lambdas: no operations to write, no {@code
 * Dispatch}.
 *
 * <p>Shows {@link Replicated}: {@code read} and {@code write} take functions on the structure. Each call is one step,
 * so no reader sees a transfer between two accounts half done.
 *
 * <p>Rules for the functions:
 *
 * <ul>
 *   <li>The function given to {@code write} runs once on <b>every</b> replica. It must do the same each time: no clock,
 *       no random numbers, no counter outside the map. It must change nothing but the map.
 *   <li>The function captures what it needs from outside, and these values must not change. Below, these are
 *       {@code from}, {@code to} and {@code amount}.
 *   <li>Return values, not views: {@code new TreeMap<>(map.headMap(...))}, not {@code map.headMap(...)}.
 * </ul>
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.LambdaExample}
 */
public final class LambdaExample {
    private static final int ACCOUNTS = 10;
    private static final int THREADS = 4;
    private static final int TRANSFERS = 500;
    private static final long START = 100;

    private LambdaExample() {}

    public static void main(String[] args) throws InterruptedException {
        try (Replicated<TreeMap<Integer, Long>> accounts = Replicated.of(TreeMap::new)) {
            for (int i = 0; i < ACCOUNTS; i++) {
                int account = i;
                accounts.write(map -> map.put(account, START));
            }

            LongAdder halfDone = new LongAdder();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                threads.add(new Thread(() -> work(accounts, number, halfDone)));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }

            System.out.println("transfers seen half done: " + halfDone);
            System.out.println("sum in the end: " + sum(accounts));
            System.out.println("overdrawn: "
                    + accounts.<Boolean>read(map -> map.values().stream().anyMatch(b -> b < 0)));
            System.out.println("two first accounts: "
                    + accounts.<List<Integer>>read(
                            map -> List.copyOf(map.headMap(2).keySet())));
            System.out.println("transfer of more than there is: " + transfer(accounts, 0, 1, START * ACCOUNTS + 1));
        }
    }

    private static void work(Replicated<TreeMap<Integer, Long>> accounts, int thread, LongAdder halfDone) {
        for (int i = 0; i < TRANSFERS; i++) {
            transfer(accounts, (thread + i) % ACCOUNTS, (thread + 3 * i + 1) % ACCOUNTS, i % 7);
            if (sum(accounts) != START * ACCOUNTS) {
                halfDone.increment();
            }
        }
    }

    /** Moves money if there is enough. Returns whether it did. */
    private static boolean transfer(Replicated<TreeMap<Integer, Long>> accounts, int from, int to, long amount) {
        return accounts.<Boolean>write(map -> {
            if (map.get(from) < amount) {
                return false;
            }
            map.merge(from, -amount, Long::sum);
            map.merge(to, amount, Long::sum);
            return true;
        });
    }

    private static long sum(Replicated<TreeMap<Integer, Long>> accounts) {
        return accounts.<Long>read(
                map -> map.values().stream().mapToLong(Long::longValue).sum());
    }
}
