package org.nr4j.kv.internal.views;

import java.util.Iterator;
import java.util.Map;
import java.util.Spliterator;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;

/** How the views of a map go through its entries. Each map has its own way: some in chunks, some through a copy. */
public interface MapWalk<K, V> {

    /** An iterator, which can remove. {@code shape} makes what it gives of key and value. */
    <T> Iterator<T> iterator(BiFunction<? super K, ? super V, ? extends T> shape);

    /** A spliterator over the keys. */
    Spliterator<K> keys();

    /** A spliterator over the values. */
    Spliterator<V> values();

    /** A spliterator over the entries. {@code shape} makes one of key and value. */
    Spliterator<Map.Entry<K, V>> entries(BiFunction<? super K, ? super V, ? extends Map.Entry<K, V>> shape);

    /** Removes each entry for which the condition holds; it is the value tested that is removed. */
    boolean removeIf(BiPredicate<? super K, ? super V> condition);
}
