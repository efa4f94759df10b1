package org.nr4j.linearizability;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The operations of threads on one structure, in real time.
 *
 * @param operations all operations, by the time they were invoked
 */
public record History<O, A>(List<Operation<O, A>> operations) {

    public History {
        operations = operations.stream()
                .sorted(Comparator.comparingLong(Operation::invoked))
                .toList();
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <O, A> History<O, A> of(Operation<O, A>... operations) {
        return new History<>(List.of(operations));
    }

    public int size() {
        return operations.size();
    }

    /**
     * One operation. It precedes the operations that were invoked after it returned. It takes effect at some time
     * between {@code invoked} and {@code returned}. A pending operation may also never take effect.
     *
     * @param thread the thread that invoked it, for reports only
     * @param outcome how it ended, null while it is pending
     * @param returned when it ended, {@link #NEVER} while it is pending
     */
    public record Operation<O, A>(String thread, O operation, Outcome<A> outcome, long invoked, long returned) {
        public static final long NEVER = Long.MAX_VALUE;

        public Operation {
            if (returned < invoked || (outcome == null) != (returned == NEVER)) {
                throw new IllegalArgumentException("an operation must have an outcome and return after its invocation,"
                        + " or neither: invoked=" + invoked + ", returned=" + returned + ", outcome=" + outcome);
            }
            Objects.requireNonNull(operation, "operation");
        }

        public boolean isPending() {
            return outcome == null;
        }

        public boolean precedes(Operation<?, ?> other) {
            return returned < other.invoked;
        }

        @Override
        public String toString() {
            return isPending()
                    ? "%s [%d, ...] %s is pending".formatted(thread, invoked, operation)
                    : "%s [%d, %d] %s -> %s".formatted(thread, invoked, returned, operation, outcome);
        }
    }
}
