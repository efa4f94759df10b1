package org.nr4j.internal.multilog;

import org.nr4j.internal.combine.Responses;

/** Applies writes one after the other, each in its own logs. */
public final class RoutedWrites {
    private RoutedWrites() {}

    /** A write and its logs, ascending. */
    public static final class Routed {
        private final Object op;
        private final int[] logs;

        /** Creates a write with its logs. */
        public Routed(Object op, int[] logs) {
            this.op = op;
            this.logs = logs;
        }
    }

    /**
     * Applies writes ({@link Routed}) one after the other. Appends consecutive writes of the same single log together.
     */
    static Responses execute(MultiLog<?, ?, ?> multiLog, Object[] routed, int replica, long threadId) {
        Responses answers = new Responses(routed.length);
        int to;
        for (int from = 0; from < routed.length; from = to) {
            to = endOfRun(routed, from);
            Object[] ops = new Object[to - from];
            for (int i = from; i < to; i++) {
                ops[i - from] = ((Routed) routed[i]).op;
            }
            executeRun(multiLog, ops, ((Routed) routed[from]).logs, answers, replica, threadId);
        }
        return answers;
    }

    private static int endOfRun(Object[] routed, int from) {
        int[] logs = ((Routed) routed[from]).logs;
        int to = from + 1;
        while (logs.length == 1
                && to < routed.length
                && ((Routed) routed[to]).logs.length == 1
                && ((Routed) routed[to]).logs[0] == logs[0]) {
            to++;
        }
        return to;
    }

    private static void executeRun(
            MultiLog<?, ?, ?> multiLog, Object[] ops, int[] logs, Responses answers, int replica, long threadId) {
        Responses ofRun = null;
        Throwable refused = null;
        try {
            ofRun = multiLog.executeMutAll(ops, logs, replica, threadId);
        } catch (Throwable e) { // the runs before this one have their answers
            refused = e;
        }
        for (int i = 0; i < ops.length; i++) {
            answers.add(ofRun == null ? null : ofRun.value(i), ofRun == null ? refused : ofRun.failure(i));
        }
    }
}
