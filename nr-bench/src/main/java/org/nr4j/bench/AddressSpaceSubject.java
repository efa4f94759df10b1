package org.nr4j.bench;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.nr4j.Dispatch;
import org.nr4j.WriteBatch;

/**
 * The address space of a process: a page table ({@link RadixPageTable}). Reads resolve a page; writes map or unmap one.
 *
 * <p>Operations draw from twice as many pages as are mapped, so half of those pages are mapped at any time. Pages lie
 * together in areas, as those of programs do. The areas lie anywhere.
 */
final class AddressSpaceSubject implements Subject<Long, AddressSpaceSubject.Change> {
    private static final int AREA = 256; // pages
    private static final int AREAS = 1 << 28;

    private final Change[] mappings;
    private final Change[] unmappings;

    /** A write: maps a page to a frame, or unmaps it if the frame is null. */
    record Change(Long page, Long frame) {}

    AddressSpaceSubject(int entries) {
        mappings = new Change[2 * entries];
        unmappings = new Change[2 * entries];
        SplittableRandom random = new SplittableRandom(42);
        int widest =
                Math.min(1 << 16, AREAS / (mappings.length / AREA + 1)); // so narrow that no two areas are the same
        long area = 0;
        for (int i = 0; i < mappings.length; i++) {
            if (i % AREA == 0) {
                area += 1 + random.nextInt(widest);
            }
            Long page = area * AREA + i % AREA;
            mappings[i] = new Change(page, (long) i);
            unmappings[i] = new Change(page, null);
        }
    }

    /** Returns all pages that operations use. */
    List<Long> pages() {
        return Stream.of(mappings).map(Change::page).toList();
    }

    @Override
    public Dispatch<Long, Change, Object> plain() {
        return fill(new Table(new RadixPageTable()));
    }

    @Override
    public Map<String, Rival<Long, Change>> rivals() {
        return Map.of("ConcurrentSkipListMap", Rival.of(() -> fill(new SkipList(new ConcurrentSkipListMap<>()))));
    }

    private Dispatch<Long, Change, Object> fill(Dispatch<Long, Change, Object> table) {
        for (int i = 0; i < mappings.length; i += 2) {
            table.dispatchMut(mappings[i]);
        }
        return table;
    }

    @Override
    public Long read(long roll) {
        return unmappings[Dice.below(roll, unmappings.length)].page;
    }

    @Override
    public Change write(long roll) {
        return (Turns.isEven(roll) ? mappings : unmappings)[Dice.below(roll, mappings.length)];
    }

    private record Table(RadixPageTable table) implements Dispatch<Long, Change, Object> {
        @Override
        public Object dispatch(Long page) {
            return orNull(table.resolve(page));
        }

        @Override
        public Object dispatchMut(Change change) {
            return orNull(change.frame == null ? table.unmap(change.page) : table.map(change.page, change.frame));
        }

        private static Long orNull(long frame) {
            return frame == RadixPageTable.NONE ? null : (Long) frame;
        }

        @Override
        public void dispatchMutAll(WriteBatch<Change, Object> batch) {
            while (batch.hasNext()) {
                batch.answer(dispatchMut(batch.next()));
            }
        }
    }

    private record SkipList(ConcurrentSkipListMap<Long, Long> map) implements Dispatch<Long, Change, Object> {
        @Override
        public Object dispatch(Long page) {
            return map.get(page);
        }

        @Override
        public Object dispatchMut(Change change) {
            return change.frame == null ? map.remove(change.page) : map.put(change.page, change.frame);
        }
    }
}
