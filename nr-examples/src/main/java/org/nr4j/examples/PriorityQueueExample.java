package org.nr4j.examples;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;

/**
 * A {@code PriorityQueue} of tasks from which worker threads take the most urgent task.
 *
 * <p>Shows an answer that may be absent ({@code Optional}), and determinism. The contents of the tasks alone decide
 * their order. The caller chooses a task's number, which breaks ties, and puts it into the operation. A due time would
 * be handled the same way. {@code dispatchMut} reads no clock and draws no number, since it runs once on every replica.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java
 * -Dexec.mainClass=org.nr4j.examples.PriorityQueueExample}
 */
public final class PriorityQueueExample {
    private static final int TASKS = 300;
    private static final int PRIORITIES = 3;
    private static final int WORKERS = 3;

    private PriorityQueueExample() {}

    /** A task. It is immutable, like everything that operations and answers share between threads. */
    record Task(int priority, int number) {
        static final Comparator<Task> MOST_URGENT =
                Comparator.comparingInt(Task::priority).thenComparingInt(Task::number);
    }

    /** The one read: answers the next task and leaves it in the queue. */
    enum Read {
        NEXT
    }

    /** The writes. */
    sealed interface Write {
        /** Adds a task; answers it. */
        record Submit(Task task) implements Write {}

        /** Takes the most urgent task, if there is one. */
        record Take() implements Write {}
    }

    /** The sequential structure. */
    static final class Tasks implements Dispatch<Read, Write, Optional<Task>> {
        private final PriorityQueue<Task> queue = new PriorityQueue<>(Task.MOST_URGENT);

        @Override
        public Optional<Task> dispatch(Read op) {
            return Optional.ofNullable(queue.peek());
        }

        @Override
        public Optional<Task> dispatchMut(Write op) {
            if (op instanceof Write.Submit submit) {
                queue.add(submit.task());
                return Optional.of(submit.task());
            }
            return Optional.ofNullable(queue.poll());
        }
    }

    public static void main(String[] args) throws InterruptedException {
        try (NodeReplicated<Read, Write, Optional<Task>> tasks =
                NodeReplicated.builder(Tasks::new).build()) {
            for (int number = 1; number <= TASKS; number++) {
                tasks.executeMut(new Write.Submit(new Task(number % PRIORITIES, number)));
            }
            System.out.println("next: " + tasks.execute(Read.NEXT).orElseThrow());

            Queue<List<Task>> done = new ConcurrentLinkedQueue<>();
            List<Thread> workers = new ArrayList<>();
            for (int worker = 0; worker < WORKERS; worker++) {
                workers.add(new Thread(() -> done.add(takeAll(tasks))));
            }
            workers.forEach(Thread::start);
            for (Thread worker : workers) {
                worker.join();
            }

            System.out.println(
                    "tasks done: " + done.stream().mapToInt(List::size).sum());
            System.out.println("different tasks: "
                    + done.stream().flatMap(List::stream).distinct().count());
            System.out.println(
                    "each worker got its tasks in order: " + done.stream().allMatch(PriorityQueueExample::isInOrder));
            System.out.println("left: " + tasks.execute(Read.NEXT));
        }
    }

    private static List<Task> takeAll(NodeReplicated<Read, Write, Optional<Task>> tasks) {
        List<Task> taken = new ArrayList<>();
        for (; ; ) {
            Optional<Task> task = tasks.executeMut(new Write.Take());
            if (task.isEmpty()) {
                return taken;
            }
            taken.add(task.get());
        }
    }

    private static boolean isInOrder(List<Task> tasks) {
        return tasks.stream().sorted(Task.MOST_URGENT).toList().equals(tasks);
    }
}
