package org.nr4j.bench;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.nr4j.Dispatch;
import org.nr4j.WriteBatch;

/**
 * A sorted set of integers. Reads look for a number; writes add or remove one. Operations draw from twice as many
 * numbers as the set holds, so half of these numbers are in the set at any time.
 */
final class SortedSetSubject implements Subject<Integer, SortedSetSubject.Change> {
    private final Change[] additions;
    private final Change[] removals;

    /** A write. */
    record Change(Integer number, boolean adds) {}

    SortedSetSubject(int entries) {
        additions = new Change[2 * entries];
        removals = new Change[2 * entries];
        for (int i = 0; i < additions.length; i++) {
            additions[i] = new Change(i, true);
            removals[i] = new Change(additions[i].number, false);
        }
    }

    @Override
    public Dispatch<Integer, Change, Object> plain() {
        return fill(new SetDispatch(new TreeSet<>()));
    }

    @Override
    public Map<String, Rival<Integer, Change>> rivals() {
        return Map.of("ConcurrentSkipListSet", Rival.of(() -> fill(new SetDispatch(new ConcurrentSkipListSet<>()))));
    }

    private SetDispatch fill(SetDispatch set) {
        for (int i = 0; i < additions.length; i += 2) {
            set.dispatchMut(additions[i]);
        }
        return set;
    }

    @Override
    public Integer read(long roll) {
        return additions[Dice.below(roll, additions.length)].number;
    }

    @Override
    public Change write(long roll) {
        return (Turns.isEven(roll) ? additions : removals)[Dice.below(roll, additions.length)];
    }

    private record SetDispatch(Set<Integer> set) implements Dispatch<Integer, Change, Object> {
        @Override
        public Object dispatch(Integer number) {
            return set.contains(number);
        }

        @Override
        public Object dispatchMut(Change change) {
            return change.adds ? set.add(change.number) : set.remove(change.number);
        }

        @Override
        public void dispatchMutAll(WriteBatch<Change, Object> batch) {
            while (batch.hasNext()) {
                batch.answer(dispatchMut(batch.next()));
            }
        }
    }
}
