package org.nr4j.server.command;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.protocol.ReplyWriter;

/** Replies of several parts. */
public final class Replies {
    private Replies() {}

    public static void array(ReplyWriter reply, Collection<byte[]> values) {
        reply.array(values.size());
        values.forEach(reply::bulk);
    }

    public static void set(ReplyWriter reply, Collection<byte[]> values) {
        reply.set(values.size());
        values.forEach(reply::bulk);
    }

    public static void bulkOrNull(ReplyWriter reply, byte @Nullable [] value) {
        if (value == null) {
            reply.nullBulk();
        } else {
            reply.bulk(value);
        }
    }
}
