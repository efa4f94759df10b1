package org.nr4j.internal.admin;

import java.lang.System.Logger;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.ReplicasDifferException;
import org.nr4j.internal.stats.Events;

/** Verifies that the replicas of an instance are equal: once, or now and then on a thread of its own. */
public final class Verification implements Runnable, AutoCloseable {
    private static final Logger LOGGER = System.getLogger(Verification.class.getName());

    private final long periodMillis;
    private final Runnable verify;
    private final Consumer<? super ReplicasDifferException> onDifference;
    private final Thread thread = new Thread(this, "nr4j-verify");

    private Verification(long periodMillis, Runnable verify, Consumer<? super ReplicasDifferException> onDifference) {
        this.periodMillis = periodMillis;
        this.verify = verify;
        this.onDifference = onDifference;
    }

    /**
     * Compares the replicas once.
     *
     * @return how many writes they had applied
     * @throws ReplicasDifferException if they are not all equal
     */
    public static <R, W, A extends @Nullable Object> long verify(
            Reconfiguration<R, W, A> replicas,
            Function<Dispatch<R, W, A>, ? extends @Nullable Object> digest,
            long threadId) {
        Reconfiguration.Comparison comparison = replicas.compare(digest, threadId);
        if (comparison.digests().values().stream().distinct().count() > 1) {
            var difference = new ReplicasDifferException(comparison.index(), comparison.digests());
            reportDifference(difference.differing(), comparison.index());
            throw difference;
        }
        return comparison.index();
    }

    private static void reportDifference(List<Integer> replicas, long index) {
        for (int replica : replicas) {
            Events.ReplicasDiffer event = new Events.ReplicasDiffer();
            event.replica = replica;
            event.index = index;
            event.commit();
        }
    }

    /**
     * Verifies again and again, until closed or {@code verify} finds the instance closed.
     *
     * @throws IllegalArgumentException if the period is shorter than a millisecond
     */
    public static Verification every(
            Duration period, Runnable verify, Consumer<? super ReplicasDifferException> onDifference) {
        Objects.requireNonNull(onDifference, "onDifference must not be null: pass e -> {} to have it logged only");
        if (period.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("period must be at least a millisecond: period=" + period
                    + "; writers wait while replicas are compared, so take seconds or minutes");
        }
        var verification = new Verification(period.toMillis(), verify, onDifference);
        verification.thread.setDaemon(true);
        verification.thread.start();
        return verification;
    }

    @Override
    public void run() {
        try {
            while (true) {
                Thread.sleep(periodMillis);
                verifyOnce();
            }
        } catch (InterruptedException e) {
            // closed
        } catch (IllegalStateException e) {
            LOGGER.log(Logger.Level.DEBUG, "no more verification: {0}", e.getMessage()); // the instance is closed
        } catch (Throwable e) {
            LOGGER.log(Logger.Level.ERROR, "replicas are not verified any more: the digest or onDifference threw", e);
        }
    }

    private void verifyOnce() {
        try {
            verify.run();
        } catch (ReplicasDifferException e) {
            LOGGER.log(Logger.Level.ERROR, e.getMessage());
            onDifference.accept(e);
        }
    }

    /** Ends it; a comparison under way is completed. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
