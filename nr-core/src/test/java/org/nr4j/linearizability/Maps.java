package org.nr4j.linearizability;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A map of numbers: its operations, which answer what {@link Map} answers, and its model. */
public final class Maps {
    private Maps() {}

    public static Model<Map<Integer, Integer>, Command<Map<Integer, Integer>>, Object> model() {
        return Command.model(TreeMap::new, TreeMap::new);
    }

    public static Command<Map<Integer, Integer>> get(int key) {
        return Command.<Map<Integer, Integer>>read("get(" + key + ")", map -> map.get(key))
                .onlyOn(key);
    }

    public static Command<Map<Integer, Integer>> put(int key, int value) {
        return Command.<Map<Integer, Integer>>write("put(" + key + ", " + value + ")", map -> map.put(key, value))
                .onlyOn(key);
    }

    public static Command<Map<Integer, Integer>> putIfAbsent(int key, int value) {
        return Command.<Map<Integer, Integer>>write(
                        "putIfAbsent(" + key + ", " + value + ")", map -> map.putIfAbsent(key, value))
                .onlyOn(key);
    }

    public static Command<Map<Integer, Integer>> remove(int key) {
        return Command.<Map<Integer, Integer>>write("remove(" + key + ")", map -> map.remove(key))
                .onlyOn(key);
    }

    public static Command<Map<Integer, Integer>> size() {
        return Command.read("size()", Map::size);
    }

    /** All or nothing of several operations, in order; answers the list of their answers. */
    public static Command<Map<Integer, Integer>> batch(List<Command<Map<Integer, Integer>>> commands) {
        boolean readOnly = commands.stream().allMatch(Command::readOnly);
        return new Command<>(
                "batch" + commands,
                null,
                readOnly,
                map -> commands.stream().map(each -> each.applyTo(map)).collect(Collectors.toList()));
    }
}
