package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.kv.Keys.bytes;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that wrong use gets an exception whose message has the rule, the value and the remedy, and changes nothing.
 */
@ParameterizedClass(name = "logs={0}")
@ValueSource(ints = {1, 3})
class BadInputTest {
    @Parameter
    int logs;

    private static final byte[] KEY = bytes("key");
    private static final byte[] VALUE = bytes("value");

    private KeyValueStore store;
    private Fingerprint before;

    @BeforeEach
    void build() {
        store = KeyValueStore.builder()
                .replicas(2)
                .logs(logs)
                .fingerprints(true)
                .maxKeyLength(10)
                .maxValueLength(20)
                .build();
        store.put(KEY, VALUE);
        before = store.fingerprint(KeyRange.all());
    }

    @AfterEach
    void storeIsUnchanged() {
        assertThat(store.fingerprint(KeyRange.all())).isEqualTo(before);
        Keys.assertReplicasEqual(store);
        store.close();
    }

    private static void assertRefused(ThrowingCallable call, Class<?> type, String... parts) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(type)
                .message()
                .contains(parts)
                .contains("; ");
    }

    @Test
    void nulls() {
        Class<?> type = NullPointerException.class;
        assertRefused(() -> store.get(null), type, "a key must not be null");
        assertRefused(() -> store.contains(null), type, "a key must not be null");
        assertRefused(() -> store.put(null, VALUE), type, "a key must not be null");
        assertRefused(() -> store.put(KEY, null), type, "a value must not be null");
        assertRefused(() -> store.set(KEY, VALUE, null), type, "an expiry must not be null");
        assertRefused(() -> store.compareAndSet(KEY, null, VALUE), type, "a value must not be null");
        assertRefused(() -> store.remove(null), type, "a key must not be null");
        assertRefused(() -> store.remove(KEY, null), type, "a value must not be null");
        assertRefused(() -> store.increment(null, 1), type, "a key must not be null");
        assertRefused(() -> store.multiGet(null), type, "a list of keys must not be null");
        assertRefused(() -> store.multiGet(Arrays.asList(KEY, null)), type, "a key must not be null");
        assertRefused(() -> store.apply(null), type, "a batch must not be null");
        assertRefused(() -> new AtomicBatch().put(null, VALUE), type, "a key or value must not be null");
        assertRefused(() -> new AtomicBatch().put(KEY, VALUE, null), type, "an expiry must not be null");
        assertRefused(() -> new AtomicBatch().removeRange(null), type, "a range must not be null");
        assertRefused(() -> store.scan(null), type, "a range must not be null");
        assertRefused(() -> store.scan(KeyRange.all(), null, 1), type, "an order must not be null");
        assertRefused(() -> store.iterator(KeyRange.all(), null), type, "an order must not be null");
        assertRefused(() -> store.count(null), type, "a range must not be null");
        assertRefused(() -> store.removeRange(null), type, "a range must not be null");
        assertRefused(() -> store.fingerprint(null), type, "a range must not be null");
        assertRefused(() -> store.floor(null), type, "a key must not be null");
        assertRefused(() -> store.restore(null), type, "a stream must not be null");
        assertRefused(() -> store.writeSnapshot(null), type, "a stream must not be null");
        assertRefused(() -> KeyRange.atLeast(null), type, "a key must not be null");
        assertRefused(() -> KeyRange.all().below(null), type, "a key must not be null");
        assertRefused(() -> Expiry.after(null), type, "a duration must not be null");
        assertRefused(() -> Expiry.at(null), type, "an instant must not be null");
    }

    @Test
    void keysAndValuesThatAreTooLong() {
        Class<?> type = IllegalArgumentException.class;
        byte[] longKey = new byte[11];
        byte[] longValue = new byte[21];
        assertRefused(() -> store.get(longKey), type, "maxKeyLength", "length=11", "maxKeyLength=10");
        assertRefused(() -> store.put(longKey, VALUE), type, "length=11");
        assertRefused(() -> store.put(KEY, longValue), type, "maxValueLength", "length=21", "maxValueLength=20");
        assertRefused(() -> store.compareAndSet(KEY, VALUE, longValue), type, "length=21");
        assertRefused(() -> store.multiGet(List.of(KEY, longKey)), type, "length=11");
        AtomicBatch batch = new AtomicBatch().put(bytes("other"), VALUE).put(KEY, longValue);
        assertRefused(() -> store.apply(batch), type, "length=21");
    }

    @Test
    void rangesThatNoKeyCanBeIn() {
        Class<?> type = IllegalArgumentException.class;
        byte[] a = bytes("a");
        byte[] b = bytes("b");
        assertRefused(() -> KeyRange.atLeast(b).below(a), type, "room for a key", "0x62", "0x61");
        assertRefused(() -> KeyRange.atLeast(b).atMost(a), type, "room for a key");
        assertRefused(() -> KeyRange.atLeast(a).below(a), type, "room for a key");
        assertRefused(() -> KeyRange.above(a).atMost(a), type, "room for a key");
        assertRefused(() -> KeyRange.above(a).below(bytes("a\0")), type, "room for a key");
        assertRefused(() -> KeyRange.all().below(new byte[0]), type, "room for a key");
        assertRefused(() -> KeyRange.prefix(a).below(b), type, "one upper end");
        assertThat(KeyRange.atLeast(a).atMost(a).contains(a)).isTrue();
        assertThat(KeyRange.above(a).below(bytes("a\0\0")).contains(bytes("a\0")))
                .isTrue();
    }

    @Test
    void numbers() {
        assertRefused(
                () -> store.increment(KEY, 1), IllegalStateException.class, "must be a number of 8 bytes", "length=5");
        byte[] number = bytes("number");
        store.put(number, KeyValueStore.encode(Long.MAX_VALUE - 1));
        assertThat(store.increment(number, 1)).isEqualTo(Long.MAX_VALUE);
        assertRefused(() -> store.increment(number, 1), ArithmeticException.class, "within 64 bits", "delta=1");
        assertThat(store.increment(number, Long.MIN_VALUE)).isEqualTo(-1);
        assertThat(store.increment(number, Long.MIN_VALUE + 1)).isEqualTo(Long.MIN_VALUE);
        assertRefused(() -> store.increment(number, -1), ArithmeticException.class, "within 64 bits");
        AtomicBatch batch = new AtomicBatch()
                .put(bytes("new"), VALUE)
                .removeRange(KeyRange.all().atMost(KEY))
                .increment(number, -1);
        assertRefused(() -> store.apply(batch), ArithmeticException.class, "within 64 bits");
        assertThat(store.delete(number)).isTrue();
        assertRefused(() -> KeyValueStore.decode(VALUE), IllegalArgumentException.class, "8 bytes", "length=5");
    }

    @Test
    void expiries() {
        Class<?> type = IllegalArgumentException.class;
        assertRefused(() -> Expiry.after(Duration.ZERO), type, "positive", "duration=PT0S");
        assertRefused(() -> Expiry.after(Duration.ofSeconds(-1)), type, "positive");
        assertRefused(() -> Expiry.after(Duration.ofSeconds(Long.MAX_VALUE)), type, "at most");
        assertRefused(() -> Expiry.at(Instant.MAX), type, "within");
        assertRefused(() -> Expiry.at(Instant.MIN), type, "within");
    }

    @Test
    void ranksAndLimits() {
        assertRefused(() -> store.keyAt(-1), IndexOutOfBoundsException.class, "rank=-1 size=1");
        assertRefused(() -> store.keyAt(1), IndexOutOfBoundsException.class, "rank=1 size=1");
        assertRefused(
                () -> store.scan(KeyRange.all(), ScanOrder.ASCENDING, -1),
                IllegalArgumentException.class,
                "limit must not be negative",
                "limit=-1");
        var iterator = store.iterator(KeyRange.above(KEY), ScanOrder.ASCENDING);
        assertThat(iterator.hasNext()).isFalse();
        assertRefused(iterator::next, NoSuchElementException.class, "hasNext");
    }

    @Test
    void builder() {
        Class<?> type = IllegalArgumentException.class;
        KeyValueStore.Builder builder = KeyValueStore.builder();
        assertRefused(() -> builder.maxKeyLength(0), type, "maxKeyLength must be from 1 to 65535", "maxKeyLength=0");
        assertRefused(() -> builder.maxKeyLength(65536), type, "the nearest is 65535");
        assertRefused(() -> builder.maxValueLength(-1), type, "maxValueLength=-1");
        assertRefused(() -> builder.replicas(0), type, "replicas=0");
        assertRefused(() -> builder.logs(0), type, "logs must be from 1 to 256", "logs=0");
        assertRefused(() -> builder.logs(257), type, "the nearest is 256");
        assertRefused(() -> builder.logCapacity(3), type, "logCapacity=3");
        assertRefused(() -> builder.fingerprintKey(new byte[15]), type, "16 bytes", "length=15");
        assertRefused(() -> builder.expiryInterval(Duration.ZERO), type, "expiryInterval=PT0S");
        assertThatThrownBy(() -> builder.clock(null))
                .isExactlyInstanceOf(NullPointerException.class)
                .hasMessageContaining("clock must not be null: pass InstantSource.system()");
        try (KeyValueStore plain = KeyValueStore.builder().build()) {
            assertRefused(
                    () -> plain.fingerprint(KeyRange.all()),
                    IllegalStateException.class,
                    "fingerprints must be on",
                    "fingerprints=false");
        }
    }

    @Test
    void closedStore() {
        KeyValueStore closed = KeyValueStore.builder().logs(logs).build();
        closed.set(KEY, VALUE);
        KeyValueSnapshot snapshot = closed.snapshot();
        closed.close();
        closed.close();
        assertThatThrownBy(() -> closed.get(KEY)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closed.put(KEY, VALUE)).isInstanceOf(IllegalStateException.class);
        assertThat(snapshot.get(KEY)).isEqualTo(VALUE);
    }
}
