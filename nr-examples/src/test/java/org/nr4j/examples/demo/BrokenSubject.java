package org.nr4j.examples.demo;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.nr4j.Dispatch;
import org.nr4j.examples.demo.Counters.Increment;
import org.nr4j.examples.demo.Counters.Read;

/** Counters with a fault that the demo has to notice. */
final class BrokenSubject implements Subject<Read, Increment> {
    enum Fault {
        /** What a write does depends on the instance. */
        REPLICAS_DIFFER,
        /** Some writes do nothing. */
        WRITES_LOST,
        /** Some reads throw. */
        READS_THROW
    }

    private static final int SOME_KEY = 7;

    private final Subject<Read, Increment> counters = Counters.hashed(100);
    private final AtomicInteger instances = new AtomicInteger();
    private final Fault fault;

    BrokenSubject(Fault fault) {
        this.fault = fault;
    }

    @Override
    public String name() {
        return "broken " + counters.name();
    }

    @Override
    public String reads() {
        return counters.reads();
    }

    @Override
    public String writes() {
        return counters.writes();
    }

    @Override
    public Dispatch<Read, Increment, Long> sequential() {
        Dispatch<Read, Increment, Long> structure = counters.sequential();
        int instance = instances.getAndIncrement();
        return new Dispatch<>() {
            @Override
            public Long dispatch(Read op) {
                if (fault == Fault.READS_THROW && op.equals(new Read.Get(SOME_KEY))) {
                    throw new IllegalStateException("broken on purpose");
                }
                return structure.dispatch(op);
            }

            @Override
            public Long dispatchMut(Increment op) {
                boolean isLost = op.key() == SOME_KEY
                        && (fault == Fault.WRITES_LOST || fault == Fault.REPLICAS_DIFFER && instance == 1);
                return isLost ? Long.valueOf(0) : structure.dispatchMut(op);
            }
        };
    }

    @Override
    public Optional<Concurrent<Read, Increment>> concurrent() {
        return Optional.empty();
    }

    @Override
    public Read randomRead(Dice dice) {
        return counters.randomRead(dice);
    }

    @Override
    public Increment randomWrite(Dice dice) {
        return counters.randomWrite(dice);
    }

    @Override
    public Read measuring(Measure measure) {
        return counters.measuring(measure);
    }

    @Override
    public void account(Increment op, long answer, Account account) {
        counters.account(op, answer, account);
    }
}
