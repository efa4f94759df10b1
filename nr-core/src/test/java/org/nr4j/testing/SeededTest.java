package org.nr4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;

class SeededTest {

    @Test
    void random_sameSeed_repeats() {
        assertThat(numbers(new Seeded(7).random())).isEqualTo(numbers(new Seeded(7).random()));
        assertThat(numbers(new Seeded(7).random(3))).isEqualTo(numbers(new Seeded(7).random(3)));
    }

    @Test
    void random_otherThreadOrSeed_differs() {
        Seeded seeded = new Seeded(7);
        assertThat(numbers(seeded.random(0))).doesNotContainAnyElementsOf(numbers(seeded.random(1)));
        assertThat(numbers(seeded.random(0))).doesNotContainAnyElementsOf(numbers(seeded.random()));
        assertThat(numbers(seeded.random())).doesNotContainAnyElementsOf(numbers(new Seeded(8).random()));
    }

    @Test
    void failure_namesTheSeed() {
        ExtensionContext context = (ExtensionContext) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ExtensionContext.class},
                (proxy, method, arguments) -> "test");
        AssertionError failure = new AssertionError("original");
        assertThatThrownBy(() -> new Seeded(42).handleTestExecutionException(context, failure))
                .isSameAs(failure);
        assertThat(failure.getSuppressed()[0]).hasMessageContaining("-Dnr4j.seed=42");
    }

    private static List<Long> numbers(RandomGenerator random) {
        return random.longs(100).boxed().toList();
    }
}
