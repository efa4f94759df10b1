package org.nr4j.kv.internal.reconcile.answer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.reconcile.view.Assembly;
import org.nr4j.kv.internal.reconcile.view.Counters;
import org.nr4j.kv.internal.reconcile.view.Digests;
import org.nr4j.kv.internal.reconcile.view.EntrySink;
import org.nr4j.kv.internal.reconcile.view.Span;
import org.nr4j.kv.internal.reconcile.wire.Messages;
import org.nr4j.kv.internal.reconcile.wire.TransferredEntry;
import org.nr4j.kv.internal.reconcile.wire.WireInput;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;

/**
 * Takes the entries that an initiator sends. It keeps one incomplete value at a time. So an initiator sends long values
 * one after another, and begins one again if the receiver has lost it. For one thread at a time.
 */
final class PushReceiver {
    private static final byte[] NO_BYTES = {};

    private final @Nullable EntrySink sink;
    private final int longest;
    private final Counters counters;
    private byte[] assembledKey = NO_BYTES;
    private @Nullable Assembly assembly;

    /**
     * Creates a receiver.
     *
     * @param sink takes the entries; null to refuse all
     * @param longest the largest length of a value that comes in pieces
     */
    PushReceiver(@Nullable EntrySink sink, int longest, Counters counters) {
        this.sink = sink;
        this.longest = longest;
        this.counters = counters;
    }

    /** Takes entries and heads. Answers which of the heads should follow as values. */
    void push(WireInput in, WireOutput out, Span span) {
        int count = in.readNumber(0, in.remaining());
        List<TransferredEntry> whole = new ArrayList<>();
        List<Integer> wanted = new ArrayList<>();
        byte[] previous = NO_BYTES;
        for (int i = 0; i < count; i++) {
            TransferredEntry entry = in.readEntry(previous);
            previous = requireInside(in, entry.key(), span);
            if (entry.value() != null) {
                whole.add(entry);
            } else if (sink != null && sink.wants(entry.head())) {
                wanted.add(i);
            }
        }
        in.requireEnd();
        counters.entriesReceived.add(whole.size());
        if (sink == null) {
            out.writeByte(Messages.READ_ONLY);
            return;
        }
        counters.entriesWritten.add(sink.write(whole));
        out.writeByte(Messages.ACCEPTED);
        Digests.writeGaps(wanted, out);
    }

    /** Takes a piece of a value. Answers how many bytes of the value are there. */
    void piece(WireInput in, WireOutput out, Span span) {
        byte[] key = requireInside(in, in.readKey(NO_BYTES), span);
        boolean expires = in.readByte() != 0;
        long expiry = expires ? in.readLong() : TransferredEntry.NEVER;
        int length = in.readNumber(1, longest);
        int offset = in.readNumber(0, Integer.MAX_VALUE);
        byte[] bytes = in.readBytes(in.remaining());
        if (sink == null) {
            out.writeByte(Messages.READ_ONLY);
            return;
        }
        Assembly current = assembly;
        if (current == null || current.length() != length || !Arrays.equals(key, assembledKey)) {
            current = new Assembly(length);
            assembly = current;
            assembledKey = key;
        }
        current.add(offset, bytes);
        int size = current.size();
        if (current.isComplete()) {
            assembly = null;
            counters.entriesReceived.increment();
            counters.entriesWritten.add(sink.write(List.of(TransferredEntry.whole(key, current.value(), expiry))));
        }
        out.writeByte(Messages.ACCEPTED).writeNumber(size);
    }

    private static byte[] requireInside(WireInput in, byte[] key, Span span) {
        if (!span.contains(key)) {
            throw in.malformed("a pushed key must be in the range of its session");
        }
        return key;
    }
}
