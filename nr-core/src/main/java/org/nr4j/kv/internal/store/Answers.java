package org.nr4j.kv.internal.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.value.StoredValue;
import org.nr4j.kv.internal.values.ReadAhead;

/** Reads values that a replica has answered as places in files. Does so outside of the replica: nobody waits for it. */
final class Answers {
    private Answers() {}

    /** Returns the bytes of a value; null for null. */
    static byte @Nullable [] bytesOf(@Nullable Object answer) {
        return answer instanceof StoredValue stored ? stored.copy() : (byte[]) answer;
    }

    /** Returns the bytes of some values, in their order. */
    static List<byte @Nullable []> allBytesOf(List<@Nullable Object> answers) {
        List<StoredValue> stored = answers.stream()
                .filter(StoredValue.class::isInstance)
                .map(StoredValue.class::cast)
                .toList();
        Iterator<byte[]> values = List.of(ReadAhead.readAll(stored)).iterator();
        List<byte @Nullable []> result = new ArrayList<>(answers.size());
        for (Object answer : answers) {
            result.add(answer instanceof StoredValue ? values.next() : (byte[]) answer);
        }
        return Collections.unmodifiableList(result);
    }
}
