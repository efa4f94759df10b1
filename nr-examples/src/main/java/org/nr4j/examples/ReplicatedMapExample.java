package org.nr4j.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import org.nr4j.kv.ReplicatedMap;
import org.nr4j.kv.ReplicatedNavigableMap;

/**
 * The ready-made maps. A shop counts its sales, and looks prices up by the day from which they hold.
 *
 * <p>Shows that a program need not write operations. The code below {@code main} uses {@code ConcurrentMap} and {@code
 * ConcurrentNavigableMap} only, and would also run on a {@code ConcurrentHashMap} and a {@code ConcurrentSkipListMap}.
 * Unlike in these maps, {@code putAll} is one step, so no reader sees a half-changed price list. Keys and values are
 * immutable, because all replicas share them.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java
 * -Dexec.mainClass=org.nr4j.examples.ReplicatedMapExample}
 */
public final class ReplicatedMapExample {
    private static final List<String> ARTICLES = List.of("bread", "butter", "cheese");
    private static final int SALES = 3_000;
    private static final int SELLERS = 3;

    private ReplicatedMapExample() {}

    /** A price in cents, valid from a day of the year on. */
    record Price(int cents) {}

    public static void main(String[] args) throws InterruptedException {
        try (ReplicatedMap<String, Integer> sales = ReplicatedMap.create();
                ReplicatedNavigableMap<Integer, Price> prices = ReplicatedNavigableMap.create()) {
            sell(sales);
            System.out.println("bread sold: " + sales.get("bread"));
            System.out.println("sold in all: "
                    + sales.values().stream().mapToInt(count -> count).sum());

            prices.putAll(Map.of(1, new Price(200), 100, new Price(220), 300, new Price(250)));
            System.out.println("price on day 150: " + priceOn(prices, 150));
            System.out.println("changes from day 50 on: " + prices.tailMap(50).keySet());
            System.out.println("forgotten: " + forgetBefore(prices, 120) + ", kept: " + prices.keySet());
            System.out.println("price on day 150: " + priceOn(prices, 150));
        }
    }

    /**
     * Counts with several threads. If two of them conflict, the function may run more than once; each sale counts once.
     */
    private static void sell(ConcurrentMap<String, Integer> sales) throws InterruptedException {
        List<Thread> sellers = new ArrayList<>();
        for (int seller = 0; seller < SELLERS; seller++) {
            sellers.add(new Thread(() -> {
                for (int sale = 0; sale < SALES; sale++) {
                    sales.merge(ARTICLES.get(sale % ARTICLES.size()), 1, Integer::sum);
                }
            }));
        }
        sellers.forEach(Thread::start);
        for (Thread seller : sellers) {
            seller.join();
        }
    }

    private static int priceOn(ConcurrentNavigableMap<Integer, Price> prices, int day) {
        return prices.floorEntry(day).getValue().cents();
    }

    /** Removes prices that are outdated on a day. Clearing a part of the map is one step. */
    private static int forgetBefore(ConcurrentNavigableMap<Integer, Price> prices, int day) {
        ConcurrentNavigableMap<Integer, Price> past = prices.headMap(prices.floorKey(day));
        int count = past.size();
        past.clear();
        return count;
    }
}
