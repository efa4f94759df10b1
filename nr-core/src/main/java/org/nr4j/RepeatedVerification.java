package org.nr4j;

/**
 * A verification that is repeated until it is closed. {@link NodeReplicated#verifyEvery} starts it.
 *
 * <p>Any thread may close it.
 */
public interface RepeatedVerification extends AutoCloseable {
    /** Ends the verification. Does not wait for a comparison that is in progress. A second close does nothing. */
    @Override
    void close();
}
