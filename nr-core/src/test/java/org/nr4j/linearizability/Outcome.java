package org.nr4j.linearizability;

import java.util.Arrays;
import java.util.Objects;

/**
 * How an operation ended: with a value, or with an exception.
 *
 * <p>Two exceptions are equal if their class and message are equal, and two arrays if their contents are equal. So
 * outcomes of a model can be compared with those of the structure under test.
 *
 * @param value the answer, may be null; null if the operation threw
 * @param failure what the operation threw, or null
 */
public record Outcome<A>(A value, Throwable failure) {

    public static <A> Outcome<A> of(A value) {
        return new Outcome<>(value, null);
    }

    public static <A> Outcome<A> threw(Throwable failure) {
        return new Outcome<>(null, Objects.requireNonNull(failure, "failure"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Outcome<?> that
                && Objects.deepEquals(value, that.value)
                && Objects.toString(failure).equals(Objects.toString(that.failure));
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(new Object[] {value, Objects.toString(failure)});
    }

    @Override
    public String toString() {
        if (failure != null) {
            return "threw " + failure;
        }
        String text = Arrays.deepToString(new Object[] {value});
        return text.substring(1, text.length() - 1);
    }
}
