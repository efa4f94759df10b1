package org.nr4j.jcstress;

import java.util.List;
import org.nr4j.WaitStrategy;
import org.nr4j.cnr.ConcurrentDispatch;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.ConcurrentThreadToken;
import org.nr4j.cnr.LogSet;
import org.nr4j.jcstress.Journal.Question;

/** Two journals, A and B, each with a log of its own. */
final class TwoJournals implements ConcurrentDispatch<TwoJournals.Part, TwoJournals.Write, Integer> {

    /** The journals that an operation uses, and so its logs. */
    enum Part {
        A(LogSet.one(0)),
        B(LogSet.one(1)),
        BOTH(LogSet.all());

        private final LogSet logs;

        Part(LogSet logs) {
            this.logs = logs;
        }
    }

    /**
     * Writes a digit into one journal or both. The answer is the number of writes before it: one digit for each
     * journal.
     */
    record Write(Part part, int digit) {}

    private final Journal a = new Journal();
    private final Journal b = new Journal();

    /** Answers the digits of one journal, or {@link #both} for both. */
    @Override
    public Integer dispatch(Part part) {
        return switch (part) {
            case A -> a.dispatch(Question.DIGITS);
            case B -> b.dispatch(Question.DIGITS);
            case BOTH -> both(a.dispatch(Question.DIGITS), b.dispatch(Question.DIGITS));
        };
    }

    @Override
    public Integer dispatchMut(Write write) {
        return switch (write.part) {
            case A -> a.dispatchMut(write.digit);
            case B -> b.dispatchMut(write.digit);
            case BOTH -> 10 * a.dispatchMut(write.digit) + b.dispatchMut(write.digit);
        };
    }

    /** Returns the digits of A and of B, at most three each, as one number. */
    static int both(int a, int b) {
        return 1000 * a + b;
    }

    /** Creates replicas of two journals with two small logs. */
    static ConcurrentNodeReplicated<Part, Write, Integer> replicated(
            int replicas, int logCapacity, WaitStrategy waiting) {
        return ConcurrentNodeReplicated.builder(
                        TwoJournals::new,
                        (Part part, int logs) -> part.logs,
                        (Write write, int logs) -> write.part.logs)
                .logs(2)
                .topology(Journal.TWO_NODES)
                .replicas(replicas)
                .logCapacity(logCapacity)
                .waitStrategy(waiting)
                .executor(Runnable::run)
                .build();
    }

    /** Reads on a replica. If there is only one, reads on that. */
    static int read(ConcurrentNodeReplicated<Part, Write, Integer> journals, int replica, Part part) {
        try (var token = token(journals, replica)) {
            return token.execute(part);
        }
    }

    /** Writes on a replica. If there is only one, writes on that. */
    static int write(ConcurrentNodeReplicated<Part, Write, Integer> journals, int replica, Part part, int digit) {
        try (var token = token(journals, replica)) {
            return token.executeMut(new Write(part, digit));
        }
    }

    /**
     * Writes into both journals by a batch of two, whose order depends on the digit. The answer has the form of one
     * write into both.
     */
    static int writeBatch(ConcurrentNodeReplicated<Part, Write, Integer> journals, int replica, int digit) {
        try (var token = token(journals, replica)) {
            int ofA = digit % 2;
            Write[] batch = {new Write(Part.B, digit), new Write(Part.B, digit)};
            batch[ofA] = new Write(Part.A, digit);
            List<Integer> answers = token.executeMutAll(List.of(batch));
            return 10 * answers.get(ofA) + answers.get(1 - ofA);
        }
    }

    private static ConcurrentThreadToken<Part, Write, Integer> token(
            ConcurrentNodeReplicated<Part, Write, Integer> journals, int replica) {
        return journals.register(replica % journals.replicas());
    }
}
