package org.nr4j.jcstress;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Sample that proves the driver with three actors; delete with the first real test. */
@JCStressTest
@Outcome(
        id = {"1, 2, 3", "1, 3, 2", "2, 1, 3", "2, 3, 1", "3, 1, 2", "3, 2, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "three different tickets")
@Outcome(expect = Expect.FORBIDDEN, desc = "a ticket given twice")
@State
public class SampleThreeActors {
    final AtomicInteger tickets = new AtomicInteger();

    @Actor
    public void first(III_Result r) {
        r.r1 = tickets.incrementAndGet();
    }

    @Actor
    public void second(III_Result r) {
        r.r2 = tickets.incrementAndGet();
    }

    @Actor
    public void third(III_Result r) {
        r.r3 = tickets.incrementAndGet();
    }
}
