package org.nr4j.server.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What a cluster applies its calls to: the store of a member. It depends on the calls and their times only, so that all
 * members agree. One thread at a time applies, restores and takes snapshots.
 */
public interface LocalState {
    /**
     * Applies a call.
     *
     * @param millis the time of the call, in milliseconds since 1970; never less than that of the call before
     * @return the answer. If the call fails, that is an answer, too, and nothing has changed
     */
    byte[] apply(long millis, byte[] call);

    /** Returns a call that only lets time pass. */
    byte[] tick();

    /** Returns the call with which a member begins: it ends what its clients of earlier runs have left. */
    byte[] begin();

    /** Whether some entry expires, so that the members must learn the time. */
    boolean needsTime();

    /** Returns the contents at the call, in O(1). */
    Contents snapshot();

    /**
     * Replaces the contents.
     *
     * @param millis the time of the last call of the contents
     */
    void restore(long millis, InputStream in) throws IOException;

    /** Contents of one moment. */
    @FunctionalInterface
    interface Contents {
        /** Writes the contents to a stream, for {@link LocalState#restore}. For any thread. */
        void writeTo(OutputStream out) throws IOException;
    }
}
