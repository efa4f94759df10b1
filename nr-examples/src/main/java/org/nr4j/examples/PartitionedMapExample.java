package org.nr4j.examples;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nr4j.cnr.Partitioned;

/**
 * Accounts in parts, each with a log of its own. Deposits to different parts run side by side. A transfer involves two
 * parts, and a sum involves all of them; each happens at one moment.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java
 * -Dexec.mainClass=org.nr4j.examples.PartitionedMapExample}
 */
public final class PartitionedMapExample {
    private static final int ACCOUNTS = 100;
    private static final int TRANSFERS = 5_000;

    private PartitionedMapExample() {}

    public static void main(String[] args) throws InterruptedException {
        try (Partitioned<Map<Integer, Integer>> accounts = Partitioned.<Map<Integer, Integer>>builder(HashMap::new)
                .parts(4)
                .build()) {
            for (int account = 0; account < ACCOUNTS; account++) {
                int one = account;
                accounts.write(one, part -> part.put(one, 100));
            }
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int thread = i;
                threads.add(new Thread(() -> transfer(accounts, thread)));
            }
            threads.forEach(Thread::start);
            boolean steady = true;
            for (int n = 0; n < 1_000; n++) {
                steady &= sum(accounts) == ACCOUNTS * 100;
            }
            for (Thread thread : threads) {
                thread.join();
            }
            System.out.println("the sum was the same at all times: " + steady);
            System.out.println("sum: " + sum(accounts));
        }
    }

    private static void transfer(Partitioned<Map<Integer, Integer>> accounts, int thread) {
        for (int n = 0; n < TRANSFERS; n++) {
            int from = (n * 7 + thread) % ACCOUNTS;
            int to = (n * 13 + 1) % ACCOUNTS;
            accounts.writeParts(List.of(from, to), parts -> {
                parts.of(from).merge(from, -1, Integer::sum);
                return parts.of(to).merge(to, 1, Integer::sum);
            });
        }
    }

    private static int sum(Partitioned<Map<Integer, Integer>> accounts) {
        return accounts.<Integer>readAll(parts -> parts.all().stream()
                .flatMap(part -> part.values().stream())
                .mapToInt(Integer::intValue)
                .sum());
    }
}
