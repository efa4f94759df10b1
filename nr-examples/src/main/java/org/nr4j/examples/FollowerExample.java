package org.nr4j.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.nr4j.Dispatch;
import org.nr4j.Follower;
import org.nr4j.FollowerDroppedException;
import org.nr4j.FollowerOptions;
import org.nr4j.NodeReplicated;
import org.nr4j.Snapshot;

/**
 * Prices with three followers: a listener, a copy on another machine, and a follower whose line is too slow.
 *
 * <p>Shows followers. A follower gets every write with its number, in order, once, at its own pace, and does not
 * disturb others. A follower that needs the contents starts from a snapshot and applies the writes after it. It then
 * has what the original has. By default, a follower that falls behind slows the writers down. Alternatively it is
 * dropped, and starts again from a snapshot.
 *
 * <p>Operations that are data, such as the records here, can be sent and stored. (With {@link org.nr4j.Replicated}, a
 * follower receives the functions, which is enough within one process.)
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.FollowerExample}
 */
public final class FollowerExample {
    private static final int GOODS = 50;
    private static final int THREADS = 4;
    private static final int CHANGES = 1_000;

    private FollowerExample() {}

    /** The one read: answers all prices. */
    record All() {}

    /** The one write: sets the price of a good. A price of 0 removes it. */
    record SetPrice(String good, int price) {
        void applyTo(TreeMap<String, Integer> prices) {
            if (price == 0) {
                prices.remove(good);
            } else {
                prices.put(good, price);
            }
        }
    }

    /** The sequential structure. */
    static final class Prices implements Dispatch<All, SetPrice, TreeMap<String, Integer>> {
        private final TreeMap<String, Integer> prices = new TreeMap<>();

        @Override
        public TreeMap<String, Integer> dispatch(All op) {
            return copy();
        }

        @Override
        public TreeMap<String, Integer> dispatchMut(SetPrice op) {
            op.applyTo(prices);
            return null;
        }

        TreeMap<String, Integer> copy() {
            return new TreeMap<>(prices);
        }
    }

    /** The copy on the other machine: it has the contents of a snapshot, and receives the writes since. */
    static final class Copy {
        private final TreeMap<String, Integer> prices;
        private long index;

        Copy(Snapshot<TreeMap<String, Integer>> snapshot) {
            this.prices = snapshot.state();
            this.index = snapshot.index();
        }

        /** Applies writes. In a real program these come over the network. */
        void receive(long first, List<SetPrice> writes) {
            if (first != index) {
                throw new IllegalStateException("writes must come without gaps: expected=" + index + " got=" + first
                        + "; begin anew from a snapshot");
            }
            writes.forEach(write -> write.applyTo(prices));
            index += writes.size();
        }

        /** Returns whether the copy equals the original. Call it after the follower has ended. */
        boolean isEqualTo(NodeReplicated<All, SetPrice, TreeMap<String, Integer>> original) {
            return index == original.writeCount() && prices.equals(original.execute(new All()));
        }
    }

    public static void main(String[] args) throws InterruptedException {
        try (NodeReplicated<All, SetPrice, TreeMap<String, Integer>> prices =
                NodeReplicated.builder(Prices::new).build()) {
            listen(prices);
            copyWhileOthersWrite(prices);
            fallBehind(prices);
        }
    }

    private static void listen(NodeReplicated<All, SetPrice, TreeMap<String, Integer>> prices) {
        List<String> heard = new ArrayList<>();
        Follower listener = prices.follow((index, writes) -> writes.forEach(write -> heard.add(write.good())));
        prices.executeMut(new SetPrice("tea", 3));
        prices.executeMut(new SetPrice("salt", 1));
        prices.executeMut(new SetPrice("tea", 4));
        listener.finish(); // after all writes up to here
        long end = listener.ended().join();
        System.out.println("the listener heard " + heard + " and ended before write " + end);
    }

    private static void copyWhileOthersWrite(NodeReplicated<All, SetPrice, TreeMap<String, Integer>> prices)
            throws InterruptedException {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            writers.add(new Thread(() -> change(prices, number)));
        }
        writers.forEach(Thread::start);
        Copy[] copy = new Copy[1];
        Follower follower = follow(prices, copy, FollowerOptions.defaults().name("copy"));
        for (Thread writer : writers) {
            writer.join();
        }
        follower.finish();
        follower.ended().join();
        System.out.println("the copy is equal after " + copy[0].index + " writes: " + copy[0].isEqualTo(prices));
    }

    private static Follower follow(
            NodeReplicated<All, SetPrice, TreeMap<String, Integer>> prices, Copy[] copy, FollowerOptions options) {
        return prices.followSnapshot(
                Prices::copy,
                snapshot -> {
                    copy[0] = new Copy(snapshot);
                    return copy[0]::receive;
                },
                options);
    }

    private static void change(NodeReplicated<All, SetPrice, TreeMap<String, Integer>> prices, int thread) {
        for (int i = 0; i < CHANGES; i++) {
            prices.executeMut(new SetPrice("good " + i % GOODS, (thread + i) % 7));
        }
    }

    private static void fallBehind(NodeReplicated<All, SetPrice, TreeMap<String, Integer>> prices) {
        CountDownLatch lineRepaired = new CountDownLatch(1);
        FollowerOptions options =
                FollowerOptions.defaults().name("slow line").maxLag(100).dropWhenBehind();
        Follower slow = prices.follow((index, writes) -> lineRepaired.await(), options);
        change(prices, 0); // the writers do not wait for the slow line
        lineRepaired.countDown();
        try {
            slow.ended().join();
        } catch (CompletionException e) {
            FollowerDroppedException dropped = (FollowerDroppedException) e.getCause();
            System.out.println("the slow line was dropped: " + (dropped.index() < prices.writeCount()));
        }

        Copy[] copy = new Copy[1];
        Follower anew = follow(prices, copy, options);
        prices.executeMut(new SetPrice("tea", 5));
        anew.finish();
        anew.ended().join();
        System.out.println("it began anew from a snapshot and is equal: " + copy[0].isEqualTo(prices));
    }
}
