package org.nr4j.linearizability;

import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A sequential specification: the answers of a structure when operations come one at a time.
 *
 * @param <S> the states, with {@code equals} and {@code hashCode}; never changed once returned
 * @param <O> the operations
 * @param <A> the answers
 */
public interface Model<S, O, A> {

    S initial();

    /**
     * Returns the state after {@code operation} in {@code state}, and its outcome. It is deterministic and does not
     * change {@code state}.
     */
    Step<S, A> step(S state, O operation);

    /** Whether {@code operation} changes no state at all; knowing that makes a check much cheaper. */
    default boolean readOnly(O operation) {
        return false;
    }

    /** The state afterwards, and how the operation ended. */
    record Step<S, A>(S state, Outcome<A> outcome) {}

    /**
     * Returns the model of a plain mutable structure. Each update is applied to a copy. If it throws, the exception is
     * its outcome, and the changes made until then stay.
     *
     * @param readOnly returns true for operations that never change the structure; they get no copy
     */
    static <S, O, A> Model<S, O, A> of(
            Supplier<? extends S> initial,
            UnaryOperator<S> copy,
            Predicate<? super O> readOnly,
            BiFunction<? super S, ? super O, ? extends A> apply) {
        return new Model<>() {
            @Override
            public S initial() {
                return initial.get();
            }

            @Override
            public Step<S, A> step(S state, O operation) {
                S next = readOnly(operation) ? state : copy.apply(state);
                try {
                    return new Step<>(next, Outcome.of(apply.apply(next, operation)));
                } catch (RuntimeException | Error failure) {
                    return new Step<>(next, Outcome.threw(failure));
                }
            }

            @Override
            public boolean readOnly(O operation) {
                return readOnly.test(operation);
            }
        };
    }
}
