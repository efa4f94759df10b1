package org.nr4j.kv.internal.views;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;

/**
 * The way in which the views of a map walk through its entries. Some maps read entries in chunks, others copy all of
 * them first.
 */
public interface MapWalk<K, V> {

    /**
     * Returns an iterator that supports {@code remove}.
     *
     * @param shape creates an element from a key and its value
     */
    <T> Iterator<T> iterator(BiFunction<? super K, ? super V, ? extends T> shape);

    /** Returns a spliterator over the keys. */
    Spliterator<K> keys();

    /** Returns a spliterator over the values. */
    Spliterator<V> values();

    /**
     * Returns a spliterator over the entries.
     *
     * @param shape creates an entry from a key and its value
     */
    Spliterator<Map.Entry<K, V>> entries(BiFunction<? super K, ? super V, ? extends Map.Entry<K, V>> shape);

    /** Removes each entry for which the condition holds. It removes only the value tested, not one put since. */
    boolean removeIf(BiPredicate<? super K, ? super V> condition);

    /**
     * Whether {@code removeAll} of a set view removes each element of its argument. Otherwise it walks through the map
     * and removes each element that the argument contains.
     *
     * <p>This default is for maps whose keys are equal if {@code equals} says so. The two ways then differ only in
     * time. The rule is that of {@code ConcurrentHashMap}: only a set is sure to answer {@code contains} quickly.
     *
     * @param view the key or entry view
     * @param argument the elements to remove
     */
    default boolean removesEach(Set<?> view, Collection<?> argument) {
        return !(argument instanceof Set<?>) || argument.size() < view.size();
    }

    /** {@code view.removeAll(argument)} for a key or entry view. */
    default boolean removeAll(Set<?> view, Collection<?> argument) {
        Objects.requireNonNull(argument, "a collection must not be null: c=null; pass a collection");
        if (!removesEach(view, argument)) {
            return view.removeIf(argument::contains);
        }
        boolean removed = false;
        for (Object element : argument) {
            removed |= view.remove(element);
        }
        return removed;
    }

    /** {@code view.retainAll(argument)} for any view. */
    default boolean retainAll(Collection<?> view, Collection<?> argument) {
        Objects.requireNonNull(argument, "a collection must not be null: c=null; pass a collection");
        return view.removeIf(element -> !argument.contains(element));
    }
}
