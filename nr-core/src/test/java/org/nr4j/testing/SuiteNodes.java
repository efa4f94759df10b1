package org.nr4j.testing;

import java.util.Collections;
import java.util.stream.Stream;
import junit.framework.TestCase;
import junit.framework.TestSuite;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/** Guava's suites, which are of JUnit 3, as dynamic tests. */
public final class SuiteNodes {
    private SuiteNodes() {}

    /** Runs one test, and what belongs to it. */
    @FunctionalInterface
    public interface Runner {
        void run(TestCase test) throws Throwable;
    }

    public static Stream<DynamicNode> of(TestSuite suite, Runner runner) {
        return Collections.list(suite.tests()).stream().map(test -> {
            if (test instanceof TestSuite inner) {
                return DynamicContainer.dynamicContainer(inner.getName(), of(inner, runner));
            }
            TestCase single = (TestCase) test;
            return DynamicTest.dynamicTest(single.getName(), () -> runner.run(single));
        });
    }
}
