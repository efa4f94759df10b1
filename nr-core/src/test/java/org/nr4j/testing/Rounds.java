package org.nr4j.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** A test that runs several times, since each run meets other interleavings. {@code -Psoak} multiplies the rounds. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(Rounds.Repeated.class)
public @interface Rounds {
    /** How often, without {@code -Psoak}. */
    int value();

    /** Makes one invocation a round. */
    final class Repeated implements TestTemplateInvocationContextProvider {
        private record Round(int number) implements TestTemplateInvocationContext {
            @Override
            public String getDisplayName(int index) {
                return "round " + number;
            }

            @Override
            public List<Extension> getAdditionalExtensions() {
                return List.of();
            }
        }

        @Override
        public boolean supportsTestTemplate(ExtensionContext context) {
            return true;
        }

        @Override
        public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
            int rounds =
                    context.getRequiredTestMethod().getAnnotation(Rounds.class).value();
            return IntStream.rangeClosed(1, Soak.times(rounds)).mapToObj(Round::new);
        }
    }
}
