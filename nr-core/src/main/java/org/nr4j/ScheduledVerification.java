package org.nr4j;

import java.lang.System.Logger;
import java.time.Duration;
import java.util.function.Consumer;

/** Verifies an instance now and then, on a thread of its own. */
final class ScheduledVerification implements Runnable, AutoCloseable {
    private static final Logger LOGGER = System.getLogger(ScheduledVerification.class.getName());

    private final long periodMillis;
    private final Runnable verify;
    private final Consumer<? super ReplicasDifferException> onDifference;
    private final Thread thread = new Thread(this, "nr4j-verify");

    private ScheduledVerification(
            long periodMillis, Runnable verify, Consumer<? super ReplicasDifferException> onDifference) {
        this.periodMillis = periodMillis;
        this.verify = verify;
        this.onDifference = onDifference;
    }

    static ScheduledVerification start(
            Duration period, Runnable verify, Consumer<? super ReplicasDifferException> onDifference) {
        if (period.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("period must be at least a millisecond: period=" + period
                    + "; writers wait while replicas are compared, so take seconds or minutes");
        }
        var verification = new ScheduledVerification(period.toMillis(), verify, onDifference);
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
