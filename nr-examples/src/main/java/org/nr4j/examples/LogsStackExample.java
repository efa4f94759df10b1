package org.nr4j.examples;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.nr4j.cnr.ConcurrentDispatch;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.LogSet;

/**
 * Several stacks, one for each log, that are used as one. They are a pool in which the thing returned last is the best,
 * since it is still in the cache.
 *
 * <p>Shows what to do when nothing commutes. Any two operations on a stack conflict at its top, so a single stack needs
 * one log, as in {@link StackExample}. More logs are possible only if the structure promises less. This one promises:
 *
 * <ul>
 *   <li>Each stack by itself is last in, first out. There is no order between stacks. A thread uses one stack, so it
 *       pops what it pushed last, unless other threads took it.
 *   <li>Nothing is lost, and nothing is popped twice.
 *   <li>A thread that finds its stack empty takes from any other, by one operation of all logs. It therefore gets
 *       nothing only if all stacks were empty at one moment. Searching one stack after the other would not be enough:
 *       it would miss a push to a stack already searched, although there was an element somewhere all the time.
 * </ul>
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.LogsStackExample}
 */
public final class LogsStackExample {
    private static final int STACKS = 4;
    private static final int EACH = 1_000;

    private LogsStackExample() {}

    /** The read: answers how deep all stacks are together, at one moment. */
    enum Read {
        DEPTH
    }

    /** The writes. */
    sealed interface Write {
        LogSet logs();

        /** Puts a number on top of a stack and answers it. */
        record Push(int stack, int number) implements Write {
            @Override
            public LogSet logs() {
                return LogSet.one(stack);
            }
        }

        /** Takes the number on top of a stack and answers it, or null if the stack is empty. */
        record Pop(int stack) implements Write {
            @Override
            public LogSet logs() {
                return LogSet.one(stack);
            }
        }

        /** Takes the number on top of the deepest stack and answers it, or null if all stacks are empty. */
        record PopAny() implements Write {
            @Override
            public LogSet logs() {
                return LogSet.all();
            }
        }
    }

    /** One replica. */
    static final class Stacks implements ConcurrentDispatch<Read, Write, Integer> {
        private final List<Deque<Integer>> stacks = IntStream.range(0, STACKS)
                .<Deque<Integer>>mapToObj(i -> new ArrayDeque<>())
                .toList();

        @Override
        public Integer dispatch(Read op) {
            return stacks.stream().mapToInt(Deque::size).sum();
        }

        @Override
        public Integer dispatchMut(Write op) {
            if (op instanceof Write.Push push) {
                stacks.get(push.stack()).push(push.number());
                return push.number();
            }
            return op instanceof Write.Pop pop
                    ? stacks.get(pop.stack()).poll()
                    : deepest().poll();
        }

        private Deque<Integer> deepest() {
            Deque<Integer> deepest = stacks.get(0);
            for (Deque<Integer> stack : stacks) {
                deepest = stack.size() > deepest.size() ? stack : deepest;
            }
            return deepest;
        }
    }

    public static void main(String[] args) throws InterruptedException {
        try (ConcurrentNodeReplicated<Read, Write, Integer> stacks =
                ConcurrentNodeReplicated.<Read, Write, Integer>builder(
                                Stacks::new, (read, logs) -> LogSet.all(), (write, logs) -> write.logs())
                        .logs(STACKS)
                        .build()) {
            AtomicLong pushed = new AtomicLong();
            AtomicLong popped = new AtomicLong();
            AtomicLong others = new AtomicLong();
            inParallel(2, thread -> {
                for (int i = 1; i <= EACH; i++) {
                    pushed.addAndGet(stacks.executeMut(new Write.Push(thread, thread * EACH + i)));
                }
            });
            System.out.println("depth: " + stacks.execute(Read.DEPTH) + ", sum pushed: " + pushed);
            System.out.println("on top of the first: " + stacks.executeMut(new Write.Pop(0)));
            System.out.println("and put back: " + stacks.executeMut(new Write.Push(0, EACH)));

            inParallel(
                    2,
                    thread -> { // the stacks of these threads are empty
                        int stack = thread + 2;
                        for (Integer number = pop(stacks, stack, others);
                                number != null;
                                number = pop(stacks, stack, others)) {
                            popped.addAndGet(number);
                        }
                    });
            System.out.println("depth: " + stacks.execute(Read.DEPTH) + ", sum popped: " + popped);
            System.out.println("taken from the stacks of others: " + others);
        }
    }

    /**
     * Pops from the thread's own stack if it has something, else from any. Returns null if all stacks were empty at one
     * moment.
     */
    private static Integer pop(ConcurrentNodeReplicated<Read, Write, Integer> stacks, int stack, AtomicLong others) {
        Integer own = stacks.executeMut(new Write.Pop(stack));
        if (own != null) {
            return own;
        }
        Integer other = stacks.executeMut(new Write.PopAny());
        if (other != null) {
            others.incrementAndGet();
        }
        return other;
    }

    /** The work of one thread. */
    interface Work {
        void run(int thread);
    }

    private static void inParallel(int count, Work work) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            threads.add(new Thread(() -> work.run(number)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
