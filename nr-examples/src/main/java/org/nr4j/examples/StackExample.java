package org.nr4j.examples;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicLong;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;

/**
 * A stack that several threads push to and pop from, and an operation that throws.
 *
 * <p>Shows that an exception of {@code dispatchMut} is the answer to that one operation. The calling thread gets it, as
 * from a plain method call, and no other thread notices. The operation throws before it changes anything, so the stack
 * stays as it was.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.StackExample}
 */
public final class StackExample {
    private static final int THREADS = 4;
    private static final int EACH = 1000;

    private StackExample() {}

    /** The one read: answers how many elements there are. */
    enum Read {
        DEPTH
    }

    /** The writes. */
    sealed interface Write {
        /** Puts a number on top and answers it. */
        record Push(int number) implements Write {}

        /** Takes the number on top and answers it. Throws {@link NoSuchElementException} if there is none. */
        record Pop() implements Write {}
    }

    /** The sequential structure. */
    static final class Stack implements Dispatch<Read, Write, Integer> {
        private final Deque<Integer> numbers = new ArrayDeque<>();

        @Override
        public Integer dispatch(Read op) {
            return numbers.size();
        }

        @Override
        public Integer dispatchMut(Write op) {
            if (op instanceof Write.Push push) {
                numbers.push(push.number());
                return push.number();
            }
            return numbers.pop(); // throws if the stack is empty, and then has changed nothing
        }
    }

    public static void main(String[] args) throws InterruptedException {
        try (NodeReplicated<Read, Write, Integer> stack =
                NodeReplicated.builder(Stack::new).build()) {
            AtomicLong pushed = new AtomicLong();
            inParallel(thread -> {
                for (int i = 1; i <= EACH; i++) {
                    pushed.addAndGet(stack.executeMut(new Write.Push(thread * EACH + i)));
                }
            });
            System.out.println("depth: " + stack.execute(Read.DEPTH) + ", sum pushed: " + pushed);

            AtomicLong popped = new AtomicLong();
            AtomicLong refused = new AtomicLong();
            inParallel(thread -> {
                try {
                    for (; ; ) {
                        popped.addAndGet(stack.executeMut(new Write.Pop()));
                    }
                } catch (NoSuchElementException empty) {
                    refused.incrementAndGet();
                }
            });
            System.out.println("depth: " + stack.execute(Read.DEPTH) + ", sum popped: " + popped);
            System.out.println("threads that met the empty stack: " + refused);
        }
    }

    /** The work of one thread. */
    interface Work {
        void run(int thread);
    }

    private static void inParallel(Work work) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads.add(new Thread(() -> work.run(number)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
