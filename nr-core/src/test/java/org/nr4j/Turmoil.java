package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * Changes an instance all the time while a test works with it. Replicas are added and removed, followers join, lag, are
 * dropped and leave, snapshots are taken, and replicas are compared. At the end, each follower has seen a stretch of
 * one common sequence of writes, and one follower has seen all of it.
 */
final class Turmoil<W> implements AutoCloseable {
    private final NodeReplicated<?, W, ?> nr;
    private final int fewest;
    private final int most;
    private final RandomGenerator random = new SplittableRandom(42);
    private final Map<Long, W> seen = new ConcurrentHashMap<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Follower> followers = new ConcurrentLinkedQueue<>();
    private final Follower complete;
    private final Thread thread = new Thread(this::run, "turmoil");
    private volatile boolean done;

    /** Begins at once; keeps the number of replicas within limits. */
    Turmoil(NodeReplicated<?, W, ?> nr, int fewest, int most) {
        this.nr = nr;
        this.fewest = fewest;
        this.most = most;
        this.complete = nr.follow(0, new Recorder(0), FollowerOptions.defaults().name("complete"));
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!done) {
                step();
                Thread.sleep(random.nextInt(3));
            }
        } catch (Throwable e) {
            boolean closed =
                    e instanceof IllegalStateException && e.getMessage().contains("closed=true");
            if (!closed) {
                failures.add(e);
            }
        }
    }

    private void step() throws Exception {
        switch (random.nextInt(7)) {
            case 0, 1 -> {
                if (nr.replicas() < most) {
                    nr.addReplica(0);
                }
            }
            case 2, 3 -> removeOne();
            case 4 -> follow();
            case 5 -> assertThat(nr.snapshot(structure -> "any").index()).isLessThanOrEqualTo(nr.writeCount());
            default -> {
                Follower oldest = followers.poll();
                if (oldest != null) {
                    oldest.close();
                    assertThat(oldest.ended()).isDone();
                }
            }
        }
    }

    private void removeOne() {
        List<NrStats.ReplicaStats> serving = nr.stats().replicas().stream()
                .filter(replica -> replica.state() == NrStats.ReplicaState.SERVING)
                .toList();
        if (serving.size() > fewest) {
            int id = serving.get(random.nextInt(serving.size())).id();
            try {
                nr.removeReplica(id);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("replica=" + id); // it was quarantined and replaced meanwhile
            }
        }
    }

    private void follow() {
        FollowerOptions options = FollowerOptions.defaults().maxLag(random.nextInt(1, 50));
        Recorder recorder = new Recorder(random.nextInt(3));
        followers.add(
                switch (random.nextInt(3)) {
                    case 0 -> nr.follow(recorder, options);
                    case 1 -> nr.follow(recorder, options.dropWhenBehind());
                    default -> nr.followSnapshot(structure -> "any", snapshot -> recorder, options);
                });
    }

    /** After the end: all writes, in order. */
    List<W> writes() {
        return LongStream.range(0, seen.size()).mapToObj(seen::get).toList();
    }

    /** No more changes: the replicas stay those there are. */
    void calmDown() {
        done = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while the turmoil ends", e);
        }
        assertThat(thread.isAlive()).as("the turmoil hangs").isFalse();
    }

    /** Ends it, and checks what the followers saw. May be called for a closed instance. */
    @Override
    public void close() {
        calmDown();
        try {
            followers.forEach(Follower::close);
            complete.finish();
            long end = complete.ended().get(30, TimeUnit.SECONDS);
            assertThat(end).isEqualTo(nr.writeCount());
            assertThat(seen).hasSize((int) end);
        } catch (Exception e) {
            failures.add(e);
        }
        if (!failures.isEmpty()) {
            AssertionError failure = new AssertionError("in the turmoil: " + failures.peek(), failures.peek());
            failures.forEach(failure::addSuppressed);
            throw failure;
        }
    }

    /** Compares with what the others saw. */
    private final class Recorder implements LogConsumer<W> {
        private final int delay;
        private long next = -1;

        Recorder(int delay) {
            this.delay = delay;
        }

        @Override
        public void accept(long index, List<W> writes) throws Exception {
            try {
                assertThat(writes).isNotEmpty();
                assertThat(next == -1 || next == index)
                        .as("index=%s next=%s", index, next)
                        .isTrue();
                next = index;
                for (W write : writes) {
                    W before = seen.putIfAbsent(next, write);
                    assertThat(before == null || before == write)
                            .as("write %s", next)
                            .isTrue();
                    next++;
                }
                Thread.sleep(delay);
            } catch (AssertionError e) {
                failures.add(e);
            }
        }
    }
}
