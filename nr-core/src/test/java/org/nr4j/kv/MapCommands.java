package org.nr4j.kv;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.nr4j.linearizability.Command;

/** Operations of {@code ConcurrentMap} and {@code ConcurrentNavigableMap}, for the map under test and for the model. */
final class MapCommands {
    private MapCommands() {}

    /** One that deals with one key only. */
    static Command<Map<Integer, Integer>> ofKey(RandomGenerator random, int key) {
        int value = random.nextInt(4);
        int other = random.nextInt(4);
        return switch (random.nextInt(14)) {
            case 0 -> write("put", key, value, map -> map.put(key, value));
            case 1 -> write("putIfAbsent", key, value, map -> map.putIfAbsent(key, value));
            case 2 -> write("remove", key, 0, map -> map.remove(key));
            case 3 -> write("removeIfEqual", key, value, map -> map.remove(key, value));
            case 4 -> write("replace", key, value, map -> map.replace(key, value));
            case 5 -> write("replace" + other + "by", key, value, map -> map.replace(key, other, value));
            case 6 -> write("mergeSum", key, value, map -> map.merge(key, value, Integer::sum));
            case 7 -> write("mergeRemove", key, value, map -> map.merge(key, value, (a, b) -> null));
            case 8 -> write("computeIfAbsent", key, value, map -> map.computeIfAbsent(key, k -> value));
            case 9 -> write("computeIfPresent", key, 0, map -> map.computeIfPresent(key, (k, v) -> v + 1));
            case 10 ->
                write(
                        "compute",
                        key,
                        0,
                        map -> map.compute(key, (k, v) -> v == null ? Integer.valueOf(0) : v > 5 ? null : v + 1));
            default ->
                Command.<Map<Integer, Integer>>read("get(" + key + ")", map -> map.get(key))
                        .onlyOn(key);
        };
    }

    private static Command<Map<Integer, Integer>> write(
            String name, int key, int value, Function<Map<Integer, Integer>, ?> body) {
        return Command.<Map<Integer, Integer>>write(name + "(" + key + ", " + value + ")", body)
                .onlyOn(key);
    }

    /** One that deals with the whole map, hashed or sorted. */
    static Command<Map<Integer, Integer>> ofAll(RandomGenerator random) {
        int value = random.nextInt(4);
        return switch (random.nextInt(6)) {
            case 0 ->
                whole("putAll(" + value + ")", map -> {
                    map.putAll(Map.of(0, value, 1, value, 2, value));
                    return null;
                });
            case 1 ->
                whole("clear", map -> {
                    map.clear();
                    return null;
                });
            default -> Command.read("size", Map::size);
        };
    }

    /** One that a sorted map has. */
    static Command<Map<Integer, Integer>> ofOrder(RandomGenerator random) {
        int key = random.nextInt(3);
        return switch (random.nextInt(9)) {
            case 0 -> whole("pollFirst", map -> text(sorted(map).pollFirstEntry()));
            case 1 -> whole("pollLast", map -> text(sorted(map).pollLastEntry()));
            case 2 ->
                whole("clearHead(" + key + ")", map -> {
                    sorted(map).headMap(key, true).clear();
                    return null;
                });
            case 3 -> Command.read("floor(" + key + ")", map -> text(sorted(map).floorEntry(key)));
            case 4 ->
                Command.read("higher(" + key + ")", map -> text(sorted(map).higherEntry(key)));
            case 5 ->
                Command.read(
                        "sizeOfTail(" + key + ")",
                        map -> sorted(map).tailMap(key, true).size());
            case 6 ->
                Command.read(
                        "lastOfHead(" + key + ")",
                        map -> text(sorted(map).headMap(key, true).lastEntry()));
            default ->
                Command.read(
                        "firstOfDescending",
                        map -> text(sorted(map).descendingMap().firstEntry()));
        };
    }

    private static NavigableMap<Integer, Integer> sorted(Map<Integer, Integer> map) {
        return (NavigableMap<Integer, Integer>) map;
    }

    private static Command<Map<Integer, Integer>> whole(String name, Function<Map<Integer, Integer>, ?> body) {
        return Command.write(name, body);
    }

    private static String text(Object entry) {
        return Objects.toString(entry);
    }
}
