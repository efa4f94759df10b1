package org.nr4j.server.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.protocol.Numbers;

/**
 * Where the keys are among a command's arguments.
 *
 * @param first the first key; 0 for none
 * @param last the last key; counted from the end if negative
 * @param step the distance of two keys
 * @param countAt the argument that says how many keys follow it; 0 for none
 * @param areStreams whether they are the first half of what follows the word STREAMS
 */
public record KeyPositions(int first, int last, int step, int countAt, boolean areStreams) {
    public static final KeyPositions NONE = new KeyPositions(0, 0, 0, 0, /* areStreams= */ false);

    private static final KeyPositions STREAMS = new KeyPositions(0, 0, 0, 0, /* areStreams= */ true);

    /** Reads {@code first,last,step}, perhaps with {@code +countAt}, or {@code STREAMS}, or {@code -} for none. */
    public static KeyPositions parse(String text) {
        if (text.equals("-")) {
            return NONE;
        }
        if (text.equals("STREAMS")) {
            return STREAMS;
        }
        String[] parts = text.split("\\+", -1);
        int countAt = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
        if (parts[0].isEmpty()) {
            return new KeyPositions(0, 0, 0, countAt, /* areStreams= */ false);
        }
        String[] numbers = parts[0].split(",", -1);
        return new KeyPositions(
                Integer.parseInt(numbers[0]),
                Integer.parseInt(numbers[1]),
                Integer.parseInt(numbers[2]),
                countAt,
                /* areStreams= */ false);
    }

    /** Whether only the arguments say how many keys there are. */
    public boolean isMovable() {
        return countAt > 0 || areStreams;
    }

    /** Returns the keys among arguments; null if the arguments are wrong. */
    @Nullable
    List<byte[]> of(byte[][] arguments) {
        List<byte[]> keys = new ArrayList<>();
        if (first > 0) {
            int end = last < 0 ? arguments.length + last : Math.min(last, arguments.length - 1);
            for (int i = first; i <= end; i += step) {
                keys.add(arguments[i]);
            }
        }
        boolean right = areStreams ? addStreams(arguments, keys) : countAt == 0 || addCounted(arguments, keys);
        return right ? keys : null;
    }

    private static boolean addStreams(byte[][] arguments, List<byte[]> keys) {
        int streamsAt = Arguments.readOption(arguments, "STREAMS");
        int count = streamsAt < 0 ? 0 : (arguments.length - streamsAt - 1) / 2;
        for (int i = 1; i <= count; i++) {
            keys.add(arguments[streamsAt + i]);
        }
        return count > 0;
    }

    private boolean addCounted(byte[][] arguments, List<byte[]> keys) {
        if (countAt >= arguments.length || !Numbers.isLong(arguments[countAt])) {
            return false;
        }
        long count = Numbers.parseLong(arguments[countAt]);
        if (count < 1 || count > arguments.length - countAt - 1) {
            return false;
        }
        for (int i = 1; i <= count; i++) {
            keys.add(arguments[countAt + i]);
        }
        return true;
    }
}
