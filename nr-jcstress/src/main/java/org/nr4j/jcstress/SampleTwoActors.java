package org.nr4j.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Sample that proves the driver with two actors; delete with the first real test. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "both loads before both stores")
@Outcome(expect = Expect.ACCEPTABLE, desc = "any order of volatile accesses")
@State
public class SampleTwoActors {
    volatile int x;
    volatile int y;

    @Actor
    public void left(II_Result r) {
        x = 1;
        r.r1 = y;
    }

    @Actor
    public void right(II_Result r) {
        y = 1;
        r.r2 = x;
    }
}
