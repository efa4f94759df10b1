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
 * Several stacks, one a log, that are used as one: a pool of things of which the one returned last, which is still in
 * the cache, is the best.
 *
 * <p>Shows what to do when nothing commutes. Any two operations on a stack conflict at its top, so a single stack has
 * one log, and {@link StackExample} is all there is to say. More logs are gained only by promising less. Here it is
 * this:
 *
 * <ul>
 *   <li>each stack by itself is last in, first out. Between the stacks there is no order; a thread keeps to one, so
 * what it pops is what it pushed last, unless others took it
 *   <li>nothing is lost, and nothing is popped twice
 *   <li>a thread that finds its stack empty takes from any other, by one operation of all logs: so it is told that
 * there is nothing only if at one moment all were empty. To look into one after the other would not do: something
 * pushed into a stack seen already would be missed,
 *       though there had been something in one of them all the time
 * </ul>
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.LogsStackExample}
 */
public final class LogsStackExample {
    private static final int STACKS = 4;
    private static final int EACH = 1_000;

    private LogsStackExample() {}

    /** The read: how deep all stacks are together, at one moment. */
    enum Read {
        DEPTH
    }

    /** The writes. */
    sealed interface Write {
        LogSet logs();

        /** Puts a number on top of a stack; answers it. */
        record Push(int stack, int number) implements Write {
            @Override
            public LogSet logs() {
                return LogSet.one(stack);
            }
        }

        /** Takes the number on top of a stack; answers null if there is none. */
        record Pop(int stack) implements Write {
            @Override
            public LogSet logs() {
                return LogSet.one(stack);
            }
        }

        /** Takes the number on top of the deepest stack; answers null if all are empty. */
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
                    thread -> { // these have stacks that are empty
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
     * From the thread's own stack if it has something, else from any; null if there was a moment when all were empty.
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

    /** What one thread does. */
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
