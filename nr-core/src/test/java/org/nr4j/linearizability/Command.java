package org.nr4j.linearizability;

import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * An operation as data: its name in reports, and what it does to a plain mutable structure. The same command drives the
 * structure under test and the model.
 *
 * @param key the only key that the operation uses, or null if there is no such key
 */
public record Command<S>(String name, Integer key, boolean readOnly, Function<? super S, ?> body) {

    public static <S> Command<S> read(String name, Function<? super S, ?> body) {
        return new Command<>(name, null, true, body);
    }

    public static <S> Command<S> write(String name, Function<? super S, ?> body) {
        return new Command<>(name, null, false, body);
    }

    public Object applyTo(S structure) {
        return body.apply(structure);
    }

    public Command<S> onlyOn(int onlyKey) {
        return new Command<>(name, onlyKey, readOnly, body);
    }

    /** The key to partition by; refuses operations that deal with more than one. */
    public int partition() {
        if (key == null) {
            throw new IllegalArgumentException(name + " deals with more than one key: check without partitions");
        }
        return key;
    }

    @Override
    public String toString() {
        return name;
    }

    /** The model of a structure that has {@code equals}, {@code hashCode} and a copy constructor. */
    public static <S> Model<S, Command<S>, Object> model(Supplier<? extends S> initial, UnaryOperator<S> copy) {
        return Model.of(initial, copy, Command::readOnly, (state, command) -> command.applyTo(state));
    }
}
