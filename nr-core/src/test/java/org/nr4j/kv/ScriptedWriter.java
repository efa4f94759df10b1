package org.nr4j.kv;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.nr4j.kv.transaction.Codec;
import org.nr4j.kv.transaction.Procedure;

/**
 * A writer whose steps depend on its number and the number of the step only. So another process knows what the writer
 * wrote, and what its entries are after each step. A writer has keys of its own. For one thread.
 */
final class ScriptedWriter {
    /** Appends text to a value, and keeps the last characters. The argument is the key, a space, and the text. */
    static final Procedure<String, String> APPEND =
            Procedure.writing("append", Codec.text(), Codec.text(), (tx, argument) -> {
                byte[] key = bytes(argument.substring(0, argument.indexOf(' ')));
                byte[] before = tx.get(key);
                String after = appended(before == null ? null : text(before), argument);
                tx.set(key, bytes(after));
                return after;
            });

    private static final Instant EXPIRIES = Instant.parse("2200-01-01T00:00:00Z");
    private static final int KEYS = 24;

    /** The value of an entry, one character a byte, and when it expires; null for never. */
    record Content(String value, Instant expiry) {
        static Content of(Entry entry) {
            return new Content(text(entry.value()), entry.expiry().orElse(null));
        }

        void putInto(KeyValueStore store, String key) {
            store.set(bytes(key), bytes(value), expiry == null ? Expiry.never() : Expiry.at(expiry));
        }
    }

    private final int number;
    private final TreeMap<String, Content> entries = new TreeMap<>();
    private long steps;

    /** Creates the writer with the entries that it has after some steps. */
    ScriptedWriter(int number, long steps) {
        this.number = number;
        while (this.steps < steps) {
            Consumer<KeyValueStore> unused = next();
        }
    }

    int number() {
        return number;
    }

    long steps() {
        return steps;
    }

    Map<String, Content> entries() {
        return entries;
    }

    static String prefix(int number) {
        return "w" + number + "/";
    }

    /** Takes the next step in the model. Returns the step, to take it in a store. */
    Consumer<KeyValueStore> next() {
        RandomGenerator random = new SplittableRandom(steps * 31 + number);
        steps++;
        String key = prefix(number) + "key" + (10 + random.nextInt(KEYS));
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> incrementTwo();
            case 3 -> remove(key);
            case 4 -> append(key);
            case 5 -> random.nextInt(4) == 0 ? removeRange(key) : append(key);
            case 6 -> setExpiry(key, EXPIRIES.plusSeconds(steps));
            default -> put(key, random);
        };
    }

    private Consumer<KeyValueStore> put(String key, RandomGenerator random) {
        String value = steps + ":" + "v".repeat(random.nextInt(200));
        Content content = new Content(value, random.nextBoolean() ? null : EXPIRIES.plusSeconds(steps));
        entries.put(key, content);
        return store -> content.putInto(store, key);
    }

    private Consumer<KeyValueStore> incrementTwo() {
        List<String> keys = new ArrayList<>();
        AtomicBatch batch = new AtomicBatch();
        for (String name : List.of("a", "b")) {
            String key = prefix(number) + name;
            Content before = entries.get(key);
            long count = before == null ? 0 : KeyValueStore.decode(bytes(before.value));
            entries.put(key, new Content(text(KeyValueStore.encode(count + 1)), null));
            keys.add(key);
            batch.increment(bytes(key), 1);
        }
        return store -> store.apply(batch);
    }

    private Consumer<KeyValueStore> remove(String key) {
        entries.remove(key);
        return store -> store.remove(bytes(key));
    }

    private Consumer<KeyValueStore> removeRange(String key) {
        String end = key + "~";
        String low = key.substring(0, key.length() - 1);
        entries.subMap(low, end).clear();
        return store -> store.removeRange(KeyRange.atLeast(bytes(low)).below(bytes(end)));
    }

    private Consumer<KeyValueStore> append(String key) {
        String argument = key + " " + steps;
        Content before = entries.get(key);
        entries.put(key, new Content(appended(before == null ? null : before.value, argument), null));
        return store -> Objects.requireNonNull(store.transact(APPEND, argument));
    }

    private static String appended(String before, String argument) {
        String after = (before == null ? "" : before) + argument.substring(argument.indexOf(' '));
        return after.substring(Math.max(0, after.length() - 40));
    }

    private Consumer<KeyValueStore> setExpiry(String key, Instant expiry) {
        entries.computeIfPresent(key, (same, content) -> new Content(content.value, expiry));
        return store -> store.setExpiry(bytes(key), Expiry.at(expiry));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
