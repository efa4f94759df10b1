package org.nr4j.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import org.nr4j.Dispatch;
import org.nr4j.WriteBatch;

/**
 * A priority queue of events by their time, as in a simulation. Reads look at the next event. Writes take it, or add an
 * event that comes later.
 *
 * <p>Each thread has a clock, which advances with each event that the thread adds. A new event comes at random after
 * that clock, within the span that the queue covers. If all times came from one fixed span, the queue would soon hold
 * only late events, and each new event would be the next.
 */
final class PriorityQueueSubject implements Subject<Object, Object> {
    static final Object PEEK = "peek";
    static final Object POLL = "poll";

    private static final int CLOCKS = 64;
    private static final int APART = 16; // longs: two cache lines

    private final int entries;
    private final Turns turns;

    /** The clocks: how many events the threads that share a clock have made. */
    private final AtomicLongArray clocks = new AtomicLongArray((CLOCKS + 2) * APART);

    /** An event. Events are ordered by time; no two are equal. */
    record Event(long time, long number) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    PriorityQueueSubject(int entries) {
        this.entries = entries;
        this.turns = new Turns(entries);
    }

    @Override
    public Dispatch<Object, Object, Object> plain() {
        return fill(new QueueDispatch(new PriorityQueue<>()));
    }

    @Override
    public Map<String, Rival<Object, Object>> rivals() {
        Map<String, Rival<Object, Object>> rivals = new LinkedHashMap<>();
        rivals.put("PriorityBlockingQueue", Rival.of(() -> fill(new QueueDispatch(new PriorityBlockingQueue<>()))));
        rivals.put("ConcurrentSkipListSet", Rival.of(() -> fill(new SetDispatch(new ConcurrentSkipListSet<>()))));
        return rivals;
    }

    private Dispatch<Object, Object, Object> fill(Dispatch<Object, Object, Object> queue) {
        for (int i = 0; i < entries; i++) {
            queue.dispatchMut(new Event(i, ~i)); // negative numbers, unlike the events of threads
        }
        return queue;
    }

    @Override
    public Object read(long roll) {
        return PEEK;
    }

    @Override
    public Object write(long roll) {
        return turns.adds(roll) ? newEvent(roll) : POLL;
    }

    private Event newEvent(long roll) {
        int clock = (int) Thread.currentThread().getId() & CLOCKS - 1;
        long made = clocks.getAndIncrement((clock + 1) * APART);
        return new Event(made + Dice.below(roll, 2 * entries), made * CLOCKS + clock);
    }

    private record QueueDispatch(Queue<Event> queue) implements Dispatch<Object, Object, Object> {
        @Override
        public Object dispatch(Object peek) {
            return queue.peek();
        }

        @Override
        public Object dispatchMut(Object op) {
            return op == POLL ? queue.poll() : (Object) queue.offer((Event) op);
        }

        @Override
        public void dispatchMutAll(WriteBatch<Object, Object> batch) {
            while (batch.hasNext()) {
                batch.answer(dispatchMut(batch.next()));
            }
        }
    }

    private record SetDispatch(ConcurrentSkipListSet<Event> set) implements Dispatch<Object, Object, Object> {
        @Override
        public Object dispatch(Object peek) {
            try {
                return set.first();
            } catch (NoSuchElementException e) { // an empty set throws, and no method returns null instead
                return null;
            }
        }

        @Override
        public Object dispatchMut(Object op) {
            return op == POLL ? set.pollFirst() : (Object) set.add((Event) op);
        }
    }
}
