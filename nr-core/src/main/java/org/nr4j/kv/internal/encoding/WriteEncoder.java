package org.nr4j.kv.internal.encoding;

import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.op.WriteFormat;
import org.nr4j.kv.internal.replica.Update;

/** Encodes writes. For any number of threads. */
public final class WriteEncoder {
    private static final int USUAL_SIZE = 128;

    private WriteEncoder() {}

    /**
     * Returns a write as bytes: the version of the format, and the write.
     *
     * @throws IllegalStateException if the write has no encoding; see {@link Update#encodeTo}
     */
    public static byte[] encode(Update write) {
        ByteOutput out = new ByteOutput(USUAL_SIZE);
        out.write(WriteFormat.VERSION);
        write.encodeTo(out);
        return out.toByteArray();
    }
}
