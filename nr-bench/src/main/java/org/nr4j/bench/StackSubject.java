package org.nr4j.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.nr4j.Dispatch;
import org.nr4j.WriteBatch;

/** A stack of integers: reads look at its top, writes push one or pop one. */
final class StackSubject implements Subject<Object, Object> {
    static final Object PEEK = "peek";
    static final Object POP = "pop";

    private final Integer[] items;
    private final Turns turns;

    StackSubject(int entries) {
        turns = new Turns(entries);
        items = new Integer[entries];
        for (int i = 0; i < entries; i++) {
            items[i] = i;
        }
    }

    @Override
    public Dispatch<Object, Object, Object> plain() {
        return new DequeStack(new ArrayDeque<>(), items);
    }

    @Override
    public Map<String, Rival<Object, Object>> rivals() {
        Map<String, Rival<Object, Object>> rivals = new LinkedHashMap<>();
        rivals.put("ConcurrentLinkedDeque", Rival.of(() -> new DequeStack(new ConcurrentLinkedDeque<>(), items)));
        rivals.put("LinkedBlockingDeque", Rival.of(() -> new DequeStack(new LinkedBlockingDeque<>(), items)));
        rivals.put("Treiber", Rival.of(() -> new TreiberStack(items)));
        return rivals;
    }

    @Override
    public Object read(long roll) {
        return PEEK;
    }

    @Override
    public Object write(long roll) {
        return turns.adds(roll) ? items[Dice.below(roll, items.length)] : POP;
    }

    private record DequeStack(Deque<Integer> deque) implements Dispatch<Object, Object, Object> {
        DequeStack(Deque<Integer> deque, Integer[] items) {
            this(deque);
            for (Integer item : items) {
                deque.addFirst(item);
            }
        }

        @Override
        public Object dispatch(Object peek) {
            return deque.peekFirst();
        }

        @Override
        public Object dispatchMut(Object op) {
            if (op == POP) {
                return deque.pollFirst();
            }
            deque.addFirst((Integer) op);
            return null;
        }

        @Override
        public void dispatchMutAll(WriteBatch<Object, Object> batch) {
            while (batch.hasNext()) {
                batch.answer(dispatchMut(batch.next()));
            }
        }
    }

    /**
     * Treiber's lock-free stack (IBM RJ 5118, 1986). Nodes are never reused, so a compareAndSet cannot mistake one node
     * for another.
     */
    private static final class TreiberStack implements Dispatch<Object, Object, Object> {
        private final AtomicReference<Node> top = new AtomicReference<>();

        private record Node(Integer item, Node next) {}

        TreiberStack(Integer[] items) {
            for (Integer item : items) {
                push(item);
            }
        }

        @Override
        public Object dispatch(Object peek) {
            Node node = top.get();
            return node == null ? null : node.item;
        }

        @Override
        public Object dispatchMut(Object op) {
            return op == POP ? pop() : push((Integer) op);
        }

        private Object push(Integer item) {
            Node before;
            do {
                before = top.get();
            } while (!top.compareAndSet(before, new Node(item, before)));
            return null;
        }

        private Object pop() {
            Node node;
            do {
                node = top.get();
            } while (node != null && !top.compareAndSet(node, node.next));
            return node == null ? null : node.item;
        }
    }
}
