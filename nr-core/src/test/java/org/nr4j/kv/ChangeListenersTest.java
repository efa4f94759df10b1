package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.kv.Keys.bytes;
import static org.nr4j.kv.Keys.text;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.FollowerDroppedException;
import org.nr4j.FollowerOptions;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.kv.internal.feed.ChangeFeed;
import org.nr4j.testing.ConcurrentRun;

/**
 * Checks that listeners receive every change of their range, once, in order, and that what they do harms no other
 * thread.
 */
@Timeout(60)
@ParameterizedClass(name = "logs={0}")
@ValueSource(ints = {1, 3})
class ChangeListenersTest {
    @Parameter
    int logs;

    private final ManualClock clock = new ManualClock();
    private KeyValueStore store;
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();

    private KeyValueStore.Builder builder() {
        return KeyValueStore.builder()
                .shape(Keys.TINY)
                .clock(clock)
                .expiryInterval(Duration.ofDays(1))
                .logs(logs)
                .replicas(2);
    }

    @BeforeEach
    void open() {
        store = builder().build();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void hear(Change change) {
        heard.add(describe(change));
    }

    private static String describe(Change change) {
        String text = text(change.key()) + ":" + describe(change.before()) + ">" + describe(change.after());
        return change.isExpiry() ? text + "!" : text;
    }

    private static String describe(Entry entry) {
        return entry == null ? "" : text(entry.value()) + (entry.expiry().isPresent() ? "~" : "");
    }

    private static void await(ChangeSubscription subscription) {
        assertThat(subscription.ended()).succeedsWithin(30, TimeUnit.SECONDS);
    }

    private static void finish(ChangeSubscription subscription) {
        subscription.finish();
        await(subscription);
    }

    private void set(String key, String value) {
        store.set(bytes(key), bytes(value));
    }

    /** What was heard, in this order; of different keys in different logs the order is open. */
    private void assertHeard(String... changes) {
        if (logs == 1) {
            assertThat(heard).containsExactly(changes);
        } else {
            assertThat(heard).containsExactlyInAnyOrder(changes);
            assertThat(byKey(heard)).isEqualTo(byKey(List.of(changes)));
        }
    }

    private static Map<String, List<String>> byKey(Collection<String> changes) {
        return changes.stream().collect(Collectors.groupingBy(change -> change.substring(0, change.indexOf(':'))));
    }

    // ---- what is heard ----

    @Test
    void eachKindOfWrite_isHeard() {
        set("there", "0");
        ChangeSubscription subscription = store.listen(KeyRange.all(), this::hear);
        store.put(bytes("a"), bytes("1"));
        store.putIfAbsent(bytes("a"), bytes("not"));
        store.putIfAbsent(bytes("b"), bytes("2"));
        store.compareAndSet(bytes("a"), bytes("not"), bytes("not"));
        store.compareAndSet(bytes("a"), bytes("1"), bytes("3"));
        set("a", "3");
        store.setExpiry(bytes("a"), Expiry.after(Duration.ofMillis(10)));
        store.setExpiry(bytes("a"), Expiry.never());
        store.remove(bytes("none"));
        store.remove(bytes("b"), bytes("not"));
        store.remove(bytes("b"));
        store.delete(bytes("a"));
        finish(subscription);
        assertHeard("a:>1", "b:>2", "a:1>3", "a:3>3", "a:3>3~", "a:3~>3", "b:2>", "a:3>");
    }

    @Test
    void increments_areHeardAndRefusedOnesAreNot() {
        Queue<Long> numbers = new ConcurrentLinkedQueue<>();
        ChangeSubscription subscription = store.listen(
                KeyRange.prefix(bytes("n")),
                change -> numbers.add(KeyValueStore.decode(change.after().value())));
        set("text", "x");
        assertThat(store.increment(bytes("n"), Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> store.increment(bytes("n"), 1)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> store.increment(bytes("text"), 1)).isInstanceOf(IllegalStateException.class);
        store.increment(bytes("n"), -1);
        finish(subscription);
        assertThat(numbers).containsExactly(Long.MAX_VALUE, Long.MAX_VALUE - 1);
    }

    @Test
    void batch_isHeardTogetherOrNotAtAll() {
        set("a", "1");
        Queue<List<Long>> writes = new ConcurrentLinkedQueue<>();
        ChangeSubscription subscription = store.listen(KeyRange.all(), change -> {
            hear(change);
            writes.add(List.of((long) change.log(), change.index()));
        });
        LogIndexes before = store.replicated().indexes();
        assertThat(store.apply(new AtomicBatch().requireAbsent(bytes("a")).put(bytes("c"), bytes("no")))
                        .applied())
                .isFalse();
        assertThatThrownBy(() -> store.apply(
                        new AtomicBatch().put(bytes("c"), bytes("no")).increment(bytes("a"), 1)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.apply(new AtomicBatch()
                                .requireValue(bytes("a"), bytes("1"))
                                .remove(bytes("a"))
                                .put(bytes("b"), bytes("2"))
                                .put(bytes("b"), bytes("3")))
                        .applied())
                .isTrue();
        finish(subscription);
        assertThat(heard).containsExactly("a:1>", "b:>2", "b:2>3");
        assertThat(writes).hasSize(3).containsOnly(writes.element());
        int log = writes.element().get(0).intValue();
        assertThat(writes.element().get(1)).isBetween(before.of(log), before.of(log) + 2);
    }

    @Test
    void expiry_isHeardWhenTheEntryGoes() {
        ChangeSubscription subscription = store.listen(KeyRange.all(), this::hear);
        store.set(bytes("read"), bytes("1"), Expiry.after(Duration.ofMillis(10)));
        store.set(bytes("written"), bytes("2"), Expiry.after(Duration.ofMillis(10)));
        store.set(bytes("counted"), bytes("3"), Expiry.after(Duration.ofMillis(20)));
        clock.advance(10);
        assertThat(store.get(bytes("read"))).isNull();
        set("written", "4");
        clock.advance(10);
        assertThat(store.size()).isEqualTo(1);
        finish(subscription);
        // A reader, a writer or the background thread may remove an entry first. So this is open, as is the order of
        // different keys.
        assertThat(heard).filteredOn(change -> change.startsWith("read")).containsExactly("read:>1~", "read:1~>!");
        assertThat(heard)
                .filteredOn(change -> change.startsWith("written"))
                .containsExactly("written:>2~", "written:2~>!", "written:>4");
        assertThat(heard)
                .filteredOn(change -> change.startsWith("counted"))
                .containsExactly("counted:>3~", "counted:3~>!");
        assertThat(heard).hasSize(7);
    }

    @Test
    void rangesRemovedAndRestored_areHeardEntryByEntry() throws IOException {
        for (String key : List.of("a", "b", "c", "d")) {
            set(key, key);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        store.writeSnapshot(file);
        ChangeSubscription subscription = store.listen(KeyRange.all(), this::hear);
        store.removeRange(KeyRange.atLeast(bytes("b")).below(bytes("d")));
        set("d", "new");
        set("e", "new");
        store.restore(new ByteArrayInputStream(file.toByteArray()));
        finish(subscription);
        List<String> inOrder = List.copyOf(heard);
        assertThat(inOrder).hasSize(8);
        assertThat(inOrder.subList(0, 2)).containsExactlyInAnyOrder("b:b>", "c:c>");
        assertThat(inOrder.subList(2, 4)).containsExactlyInAnyOrder("d:d>new", "e:>new");
        assertThat(inOrder.subList(4, 8)).containsExactlyInAnyOrder("b:>b", "c:>c", "d:new>d", "e:new>");
    }

    @Test
    void listener_hearsOfItsRangeOnly() {
        ChangeSubscription subscription =
                store.listen(KeyRange.above(bytes("b")).atMost(bytes("d")), this::hear);
        for (String key : List.of("a", "b", "b0", "c", "d", "d0")) {
            set(key, "1");
        }
        finish(subscription);
        assertHeard("b0:>1", "c:>1", "d:>1");
    }

    @Test
    void laterListener_hearsOfLaterWritesOnly() throws InterruptedException {
        CountDownLatch lateIsThere = new CountDownLatch(1);
        Queue<String> early = new ConcurrentLinkedQueue<>();
        ChangeSubscription first = store.listen(KeyRange.all(), change -> {
            lateIsThere.await();
            early.add(describe(change));
        });
        set("a", "1"); // told, or about to be told, while the second comes
        ChangeSubscription second = store.listen(KeyRange.all(), this::hear);
        lateIsThere.countDown();
        set("b", "2");
        finish(first);
        finish(second);
        assertThat(early).containsExactlyInAnyOrder("a:>1", "b:>2");
        assertThat(heard).containsExactly("b:>2");
    }

    @Test
    void readInsideListener_seesTheChange() {
        AtomicReference<String> read = new AtomicReference<>();
        ChangeSubscription subscription =
                store.listen(KeyRange.all(), change -> read.set(text(store.get(change.key()))));
        set("a", "1");
        finish(subscription);
        assertThat(read).hasValue("1");
    }

    // ---- many threads ----

    /**
     * Each change starts from the result of the one before, in the order of the log. The last one leads to the store's
     * contents.
     */
    @ParameterizedTest
    @CsvSource({"1, 1024", "2, 1", "3, 4"})
    void manyWriters_eachChangeIsHeardOnceInOrder(int replicas, int logCapacity) throws InterruptedException {
        try (KeyValueStore shared =
                builder().replicas(replicas).logCapacity(logCapacity).build()) {
            Map<String, String> contents = new HashMap<>();
            List<String> wrong = new ArrayList<>();
            AtomicInteger changes = new AtomicInteger();
            long[] last = new long[logs];
            ChangeSubscription subscription = shared.listen(KeyRange.all(), change -> {
                String key = text(change.key());
                String before =
                        change.before() == null ? null : text(change.before().value());
                String after =
                        change.after() == null ? null : text(change.after().value());
                String was = after == null ? contents.remove(key) : contents.put(key, after);
                if (change.index() < last[change.log()] || !Objects.equals(was, before)) {
                    wrong.add(change + " after " + last[change.log()] + ", was " + was);
                }
                last[change.log()] = change.index();
                changes.incrementAndGet();
            });
            new ConcurrentRun()
                    .threads(3, i -> write(shared, new SplittableRandom(i)))
                    .threads(1, i -> {
                        for (int n = 0; n < 20; n++) {
                            int added = shared.addReplica(0);
                            shared.removeReplica(added);
                        }
                    })
                    .run();
            finish(subscription);
            assertThat(wrong).isEmpty();
            assertThat(changes).hasValueGreaterThan(1_000);
            Map<String, String> expected = new HashMap<>();
            shared.scan(KeyRange.all()).forEach(entry -> expected.put(text(entry.key()), text(entry.value())));
            assertThat(contents).isEqualTo(expected);
        }
    }

    private static void write(KeyValueStore store, SplittableRandom random) {
        for (int n = 0; n < 1_500; n++) {
            byte[] key = bytes("key" + random.nextInt(50));
            byte[] value = bytes("value" + n);
            switch (random.nextInt(8)) {
                case 0 -> store.delete(key);
                case 1 -> store.removeRange(KeyRange.prefix(bytes("key" + random.nextInt(5))));
                case 2 -> store.apply(new AtomicBatch().put(key, value).put(bytes("key0"), value));
                case 3 -> store.putIfAbsent(key, value);
                default -> store.set(key, value);
            }
        }
    }

    /** Keys are written one after the other, so at each moment none has a larger number than the one before it. */
    @Test
    void caughtUp_isAtOneMoment() throws InterruptedException {
        int keys = 8;
        long[] numbers = new long[keys];
        List<String> wrong = new ArrayList<>();
        AtomicInteger moments = new AtomicInteger();
        ChangeSubscription subscription = store.listen(KeyRange.all(), new ChangeListener() {
            @Override
            public void changed(Change change) {
                numbers[Integer.parseInt(text(change.key()))] =
                        KeyValueStore.decode(change.after().value());
            }

            @Override
            public void caughtUp() {
                moments.incrementAndGet();
                for (int i = 1; i < keys; i++) {
                    if (numbers[i] > numbers[i - 1] || numbers[i] < numbers[0] - 1) {
                        wrong.add(Arrays.toString(numbers));
                    }
                }
            }
        });
        new ConcurrentRun()
                .threads(1, thread -> {
                    for (int n = 1; n <= 2_000; n++) {
                        for (int i = 0; i < keys; i++) {
                            store.set(bytes("" + i), KeyValueStore.encode(n));
                        }
                    }
                })
                .run();
        finish(subscription);
        assertThat(wrong).isEmpty();
        assertThat(moments).hasPositiveValue();
        assertThat(numbers).containsOnly(2_000);
    }

    @Test
    void caughtUpThatThrows_countsAsAFailure() {
        AtomicInteger calls = new AtomicInteger();
        ChangeSubscription failing = store.listen(KeyRange.all(), new ChangeListener() {
            @Override
            public void changed(Change change) throws IOException {
                calls.incrementAndGet();
                throw new IOException("on purpose");
            }

            @Override
            public void caughtUp() throws IOException {
                calls.incrementAndGet();
                throw new IOException("on purpose");
            }
        });
        for (int i = 0; i < 2 * ChangeListener.MAX_FAILURES; i++) {
            set("k", "" + i);
        }
        assertThat(failing.ended())
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(IOException.class);
        assertThat(calls).hasValue(ChangeListener.MAX_FAILURES);
    }

    /** As the Javadoc of {@code listen} says. */
    @Test
    void copyElsewhere_startsFromSnapshot() throws InterruptedException {
        TreeMap<String, String> copy = new TreeMap<>();
        Queue<Change> changes = new ConcurrentLinkedQueue<>();
        AtomicReference<KeyValueSnapshot> start = new AtomicReference<>();
        AtomicReference<ChangeSubscription> subscription = new AtomicReference<>();
        new ConcurrentRun()
                .threads(2, i -> write(store, new SplittableRandom(i)))
                .threads(1, i -> {
                    Thread.sleep(10);
                    subscription.set(store.listen(KeyRange.all(), changes::add));
                    start.set(store.snapshot());
                })
                .run();
        finish(subscription.get());
        start.get()
                .iterator(KeyRange.all(), ScanOrder.ASCENDING)
                .forEachRemaining(entry -> copy.put(text(entry.key()), text(entry.value())));
        for (Change change : changes) {
            if (!start.get().includes(change)) {
                Entry after = change.after();
                if (after == null) {
                    copy.remove(text(change.key()));
                } else {
                    copy.put(text(change.key()), text(after.value()));
                }
            }
        }
        TreeMap<String, String> expected = new TreeMap<>();
        store.scan(KeyRange.all()).forEach(entry -> expected.put(text(entry.key()), text(entry.value())));
        assertThat(copy).isEqualTo(expected);
    }

    // ---- listeners that fail ----

    @Test
    void listenerThatThrows_isDetachedAndNobodyElseNotices() {
        AtomicInteger calls = new AtomicInteger();
        ChangeSubscription failing = store.listen(KeyRange.all(), change -> {
            calls.incrementAndGet();
            throw new IOException("on purpose");
        });
        ChangeSubscription other = store.listen(KeyRange.all(), this::hear);
        for (int i = 0; i < 2 * ChangeListener.MAX_FAILURES; i++) {
            set("k", "" + i);
        }
        finish(other);
        assertThat(calls).hasValue(ChangeListener.MAX_FAILURES);
        assertThat(heard).hasSize(2 * ChangeListener.MAX_FAILURES);
        assertThat(failing.ended())
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(IOException.class);
        assertThat(text(store.get(bytes("k")))).isEqualTo("" + (2 * ChangeListener.MAX_FAILURES - 1));
    }

    @Test
    void listenerThatThrowsNowAndThen_stays() {
        AtomicInteger calls = new AtomicInteger();
        ChangeSubscription subscription = store.listen(KeyRange.all(), change -> {
            if (calls.incrementAndGet() % ChangeListener.MAX_FAILURES != 0) {
                throw new StackOverflowError("on purpose");
            }
        });
        for (int i = 0; i < 4 * ChangeListener.MAX_FAILURES; i++) {
            set("k", "" + i);
        }
        finish(subscription);
        assertThat(calls).hasValue(4 * ChangeListener.MAX_FAILURES);
    }

    @Test
    void listenerThatWrites_isRefusedWhereItCouldWaitForItself() {
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        ChangeSubscription subscription = store.listen(KeyRange.prefix(bytes("a")), change -> {
            try {
                set("b", "1");
            } catch (IllegalStateException e) {
                refusal.set(e);
            }
        });
        set("a", "1");
        finish(subscription);
        assertThat(refusal.get()).hasMessageContaining("must only read");
        assertThat(store.get(bytes("b"))).isNull();
    }

    @Test
    void listenerThatWrites_mayWhereWritersDoNotWait() {
        try (KeyValueStore free = builder()
                .listenerOptions(FollowerOptions.defaults().dropWhenBehind())
                .build()) {
            ChangeSubscription subscription = free.listen(
                    KeyRange.prefix(bytes("a")),
                    change -> free.set(bytes("b"), change.after().value()));
            free.set(bytes("a"), bytes("1"));
            finish(subscription);
            assertThat(text(free.get(bytes("b")))).isEqualTo("1");
        }
    }

    @Test
    void listenersThatAreTooFarBehind_areDropped() {
        CountDownLatch open = new CountDownLatch(1);
        try (KeyValueStore impatient = builder()
                .listenerOptions(FollowerOptions.defaults().maxLag(4).dropWhenBehind())
                .build()) {
            ChangeSubscription slow = impatient.listen(KeyRange.all(), change -> open.await());
            ChangeSubscription other = impatient.listen(KeyRange.all(), this::hear);
            for (int i = 0; i < 100; i++) {
                impatient.set(bytes("k"), bytes("" + i));
            }
            open.countDown();
            for (ChangeSubscription dropped : List.of(slow, other)) {
                assertThat(dropped.ended())
                        .failsWithin(Duration.ofSeconds(30))
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseInstanceOf(FollowerDroppedException.class);
            }
            ChangeSubscription anew = impatient.listen(KeyRange.prefix(bytes("new")), this::hear);
            impatient.set(bytes("new"), bytes("1"));
            finish(anew);
            assertThat(heard).contains("new:>1");
        }
    }

    // ---- coming and going ----

    @Test
    void lastListenerThatGoes_takesTheFeedWithIt() throws Exception {
        ChangeSubscription first = store.listen(KeyRange.all(), this::hear);
        ChangeSubscription second = store.listen(KeyRange.all(), this::hear);
        assertThat(followers()).isOne();
        first.close();
        second.close();
        second.close();
        assertThat(first.ended()).isCompleted();
        set("a", "1");
        assertThat(heard).isEmpty();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (followers() > 0) {
            assertThat(System.nanoTime()).as("the feed has ended").isLessThan(deadline);
            Thread.sleep(1);
        }
        ChangeSubscription third = store.listen(KeyRange.all(), this::hear);
        set("b", "2");
        finish(third);
        assertThat(heard).containsExactly("b:>2");
    }

    private int followers() {
        return store.stats().logs().get(0).followers().size();
    }

    @Test
    void close_waitsForTheCallUnderWay() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        ChangeSubscription subscription = store.listen(KeyRange.all(), change -> {
            entered.countDown();
            Thread.sleep(50);
            left.set(true);
        });
        set("a", "1");
        entered.await();
        subscription.close();
        assertThat(left).isTrue();
        assertThat(subscription.ended()).isCompleted();
    }

    @Test
    void listener_mayCloseItselfAndBringAnother() {
        AtomicReference<ChangeSubscription> first = new AtomicReference<>();
        AtomicReference<ChangeSubscription> second = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        first.set(store.listen(KeyRange.all(), change -> {
            known.await();
            first.get().close();
            second.set(store.listen(KeyRange.all(), this::hear));
        }));
        known.countDown();
        set("a", "1");
        await(first.get());
        while (second.get() == null) {
            Thread.onSpinWait();
        }
        set("b", "2");
        finish(second.get());
        assertThat(heard).contains("b:>2");
    }

    @Test
    void closeOfTheStore_tellsTheLastChangesFirst() {
        ChangeSubscription subscription = store.listen(KeyRange.all(), this::hear);
        for (int i = 0; i < 100; i++) {
            set("k", "" + i);
        }
        store.close();
        await(subscription);
        assertThat(heard).hasSize(100);
        assertThatThrownBy(() -> store.listen(KeyRange.all(), this::hear))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    /** Listeners come and go while others write; each hears of one stretch without a gap. */
    @Test
    void listenersThatComeAndGo_haveNoGaps() throws InterruptedException {
        AtomicInteger running = new AtomicInteger(2);
        byte[] key = bytes("counter");
        new ConcurrentRun()
                .threads(2, i -> {
                    for (int n = 0; n < 2_000; n++) {
                        store.increment(key, 1);
                    }
                    running.decrementAndGet();
                })
                .threads(2, i -> {
                    while (running.get() > 0) {
                        List<Long> numbers = new ArrayList<>();
                        long before = numberOr0(key);
                        ChangeSubscription subscription = store.listen(
                                KeyRange.all(),
                                change -> numbers.add(
                                        KeyValueStore.decode(change.after().value())));
                        long then = store.increment(key, 1);
                        finish(subscription);
                        assertThat(numbers).contains(then);
                        assertThat(numbers.get(0)).isGreaterThan(before);
                        for (int n = 1; n < numbers.size(); n++) {
                            assertThat(numbers.get(n)).isEqualTo(numbers.get(n - 1) + 1);
                        }
                    }
                })
                .run();
    }

    /** Else the first listener would find it over, start another, and so on. */
    @Test
    void feedThatHasHadNoListenerYet_waitsForOne() throws InterruptedException {
        ChangeFeed<Change> feed =
                ChangeFeed.start(store.replicated(), FollowerOptions.defaults(), indexes -> {}, store, Change::of);
        set("a", "1");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!feed.heard().equals(feed.written())) {
            assertThat(System.nanoTime()).as("the feed runs").isLessThan(deadline);
            Thread.sleep(1);
        }
        Thread.sleep(5); // what comes after the last change
        ChangeSubscription subscription = ChangeSubscription.add(feed, KeyRange.all(), this::hear);
        assertThat(subscription).isNotNull();
        set("b", "2");
        finish(subscription);
        assertThat(heard).containsExactly("b:>2");
    }

    private long numberOr0(byte[] key) {
        byte[] value = store.get(key);
        return value == null ? 0 : KeyValueStore.decode(value);
    }

    // ---- bad input ----

    @Test
    void badArguments_areRefused() {
        assertThatThrownBy(() -> store.listen(null, this::hear))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("range=null");
        assertThatThrownBy(() -> store.listen(KeyRange.all(), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("listener=null");
        assertThatThrownBy(() -> KeyValueStore.builder().listenerOptions(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("options");
    }

    @Test
    void executorThatRefuses_isTold() {
        FollowerOptions refusing = FollowerOptions.defaults().executor(task -> {
            throw new RejectedExecutionException("full");
        });
        try (KeyValueStore other = builder().listenerOptions(refusing).build()) {
            assertThatThrownBy(() -> other.listen(KeyRange.all(), this::hear))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("listeners must be able to start")
                    .hasCauseInstanceOf(RejectedExecutionException.class);
            other.set(bytes("a"), bytes("1"));
            assertThat(text(other.get(bytes("a")))).isEqualTo("1");
        }
    }
}
