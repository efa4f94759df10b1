package org.nr4j.linearizability;

import java.util.Deque;
import java.util.LinkedList;

/**
 * A queue and a stack of numbers: {@link #poll} takes from the front, {@link #offer} adds at the end and {@link
 * #push} at the front.
 */
public final class Deques {
    private Deques() {}

    public static Model<Deque<Integer>, Command<Deque<Integer>>, Object> model() {
        return Command.model(LinkedList::new, LinkedList::new); // a list, unlike ArrayDeque, has equals
    }

    public static Command<Deque<Integer>> offer(int element) {
        return Command.write("offer(" + element + ")", deque -> deque.offerLast(element));
    }

    /** Answers null. */
    public static Command<Deque<Integer>> push(int element) {
        return Command.write("push(" + element + ")", deque -> {
            deque.push(element);
            return null;
        });
    }

    /** Answers null if there is nothing. */
    public static Command<Deque<Integer>> poll() {
        return Command.write("poll()", Deque::pollFirst);
    }

    /** Answers null if there is nothing. */
    public static Command<Deque<Integer>> peek() {
        return Command.read("peek()", Deque::peekFirst);
    }

    public static Command<Deque<Integer>> size() {
        return Command.read("size()", Deque::size);
    }
}
