package org.nr4j.internal.admin;

import java.lang.System.Logger;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.RepeatedVerification;
import org.nr4j.ReplicasDifferException;
import org.nr4j.internal.stats.Events;

/**
 * Verifies that the replicas of an instance are equal, once or repeatedly. Repeated verification runs on a thread of
 * its own.
 */
public final class Verification {
    private static final Logger LOGGER = System.getLogger(Verification.class.getName());

    /** The shortest pause after a failure, so that failures do not flood the log. In milliseconds. */
    private static final long SHORTEST_RETRY_MILLIS = 100;

    private Verification() {}

    /**
     * Compares the replicas once.
     *
     * @return how many writes the replicas had applied
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
     * Verifies repeatedly, until the verification or the instance is closed, or the instance is unreachable.
     *
     * @param instance the instance; the verification's thread holds a weak reference to it
     * @param verify compares the replicas of the instance once
     * @param isStopped whether the instance is closed, being closed, or has failed
     * @throws IllegalArgumentException if the period is shorter than a millisecond
     */
    public static <T> RepeatedVerification every(
            T instance,
            Duration period,
            Consumer<? super T> verify,
            Predicate<? super T> isStopped,
            Consumer<? super ReplicasDifferException> onDifference) {
        Objects.requireNonNull(onDifference, "onDifference must not be null: pass e -> {} to have it logged only");
        if (period.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("period must be at least a millisecond: period=" + period
                    + "; writers wait while replicas are compared, so take seconds or minutes");
        }
        var verification = new Repeated<>(instance, period.toMillis(), verify, isStopped, onDifference);
        verification.thread.setDaemon(true);
        verification.thread.start();
        return verification;
    }

    /**
     * The task of one repeated verification. It continues after any failure.
     *
     * @param <T> the type of the instance
     */
    private static final class Repeated<T> implements Runnable, RepeatedVerification {
        private final WeakReference<T> instance;
        private final long periodMillis;
        private final Consumer<? super T> verify;
        private final Predicate<? super T> isStopped;
        private final Consumer<? super ReplicasDifferException> onDifference;
        private final Thread thread = new Thread(this, "nr4j-verify");
        private volatile boolean closed;

        Repeated(
                T instance,
                long periodMillis,
                Consumer<? super T> verify,
                Predicate<? super T> isStopped,
                Consumer<? super ReplicasDifferException> onDifference) {
            this.instance = new WeakReference<>(instance);
            this.periodMillis = periodMillis;
            this.verify = verify;
            this.isStopped = isStopped;
            this.onDifference = onDifference;
        }

        @Override
        public void run() {
            long pause = periodMillis;
            while (!closed) {
                try {
                    Thread.sleep(pause);
                    pause = periodMillis;
                    if (!verifyOnce()) {
                        return;
                    }
                } catch (InterruptedException e) {
                    // Closed, or user code interrupted this thread.
                } catch (Throwable e) {
                    pause = Math.max(periodMillis, SHORTEST_RETRY_MILLIS);
                    report(e);
                }
            }
        }

        /** Verifies once. Returns false, without verifying, if the instance is stopped or unreachable. */
        private boolean verifyOnce() {
            T instance = this.instance.get();
            if (instance == null || isStopped.test(instance)) {
                return false;
            }
            try {
                verify.accept(instance);
            } catch (ReplicasDifferException e) {
                LOGGER.log(Logger.Level.ERROR, e.getMessage());
                onDifference.accept(e);
            } catch (IllegalStateException e) {
                if (!isStopped.test(instance)) {
                    throw e; // the digest threw it
                }
            }
            return true;
        }

        private void report(Throwable failure) {
            try {
                LOGGER.log(
                        Logger.Level.ERROR,
                        "digest and onDifference must not throw: the verification failed and is repeated",
                        failure);
            } catch (Throwable e) {
                // No memory for a message. The next failure is reported instead, if it can be.
            }
        }

        @Override
        public void close() {
            closed = true;
            thread.interrupt();
        }
    }
}
