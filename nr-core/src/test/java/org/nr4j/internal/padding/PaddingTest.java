package org.nr4j.internal.padding;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.combine.BatchCursor;
import org.nr4j.internal.combine.CombinerState;
import org.nr4j.internal.combine.PublicationList;
import org.nr4j.internal.lock.LockState;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.stats.WaitCounters;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.FieldLayout;

/** Checks that contended fields share no cache line with other data: 128 bytes on both sides are free. */
class PaddingTest {
    private static final long DISTANCE = 128;

    static List<Arguments> contended() {
        return List.of(
                Arguments.of(PaddedLong.class, Set.of("value")),
                Arguments.of(
                        LockState.class,
                        Set.of("holder", "abandoned", "fence", "usedCells", "parked", "scans", "version")),
                Arguments.of(ReentrancyGuard.Mark.class, Set.of("threadId")),
                Arguments.of(PublicationList.class, Set.of("newest", "leftOver")),
                Arguments.of(CombinerState.class, Set.of("inHand", "unfinished", "prefetched", "recentOperations")),
                Arguments.of(
                        BatchCursor.class,
                        Set.of("ops", "requests", "next", "taken", "atOnce", "warned", "uncompleted", "answered")));
    }

    @ParameterizedTest
    @MethodSource("contended")
    void contendedFields_are128BytesFromEverythingElse(Class<?> type, Set<String> fields) {
        ClassLayout layout = ClassLayout.parseClass(type);
        long from = Long.MAX_VALUE;
        long to = 0;
        for (FieldLayout field : layout.fields()) {
            boolean pad = field.name().matches("[lr]\\d\\d\\d");
            assertThat(pad).as(field.name() + " is a pad or contended").isNotEqualTo(fields.contains(field.name()));
            if (!pad) {
                from = Math.min(from, field.offset());
                to = Math.max(to, field.offset() + field.size());
            }
        }
        assertThat(from - layout.headerSize()).as("before").isGreaterThanOrEqualTo(DISTANCE);
        assertThat(layout.instanceSize() - to).as("behind").isGreaterThanOrEqualTo(DISTANCE);
    }

    /** Two readers' words, and each of them and the array's length or end, are a stride apart. */
    @Test
    void readerCells_areAStrideApartAndFromTheEnds() throws ReflectiveOperationException {
        int count = 64;
        ReplicaLock lock = new ReplicaLock(WaitStrategy.adaptive(), new WaitCounters(), count);
        long[] cells = (long[]) get(get(lock, "readers"), "owners");
        for (long thread = 0; thread < count; thread++) {
            lock.tryEnter(thread + count);
        }
        long last = -1;
        for (int i = 0; i < cells.length; i++) {
            if (cells[i] != 0) {
                assertThat((i - last) * Long.BYTES).isGreaterThanOrEqualTo(DISTANCE);
                last = i;
            }
        }
        assertThat((cells.length - last) * Long.BYTES).isGreaterThanOrEqualTo(DISTANCE);
        assertThat(Arrays.stream(cells).filter(word -> word != 0)).hasSize(count);
    }

    /**
     * The Rust crate's reader slots shared low address bits with the map's header. A stride that is a multiple of a
     * large power of two has this effect on all slots.
     */
    @Test
    void readerCells_doNotAllFallOnTheSameLowAddressBits() throws ReflectiveOperationException {
        ReplicaLock lock = new ReplicaLock(WaitStrategy.adaptive(), new WaitCounters());
        assertThat((int) get(get(lock, "readers"), "STRIDE") * Long.BYTES)
                .isEqualTo((int) DISTANCE)
                .isLessThan(4096);
    }

    private static Object get(Object owner, String name) throws ReflectiveOperationException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }
}
