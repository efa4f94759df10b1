package org.nr4j.server.command.nr4j;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandException;

/** What must hold for the string of a key before an operation of {@link ApplyCommand} runs. */
final class Condition {
    private final char kind;
    private final List<String> digests;

    private Condition(char kind, List<String> digests) {
        this.kind = kind;
        this.digests = digests;
    }

    /**
     * Reads a condition.
     *
     * <ul>
     *   <li>empty: none
     *   <li>{@code *}: the key exists
     *   <li>{@code -}: the key does not exist
     *   <li>{@code =} and digests with blanks between them: the string has one of them
     *   <li>{@code !} and digests: the key does not exist, or its string has none of them
     * </ul>
     *
     * @throws CommandException if it is none of these
     */
    static Condition parse(String text) {
        if (text.isEmpty()) {
            return new Condition(' ', List.of());
        }
        char kind = text.charAt(0);
        boolean takesDigests = kind == '=' || kind == '!';
        if ((!takesDigests && kind != '*' && kind != '-') || (!takesDigests && text.length() > 1)) {
            throw CommandException.syntax();
        }
        return new Condition(kind, takesDigests ? List.of(text.substring(1).split(" ", -1)) : List.of());
    }

    /** Whether it holds for a string; null stands for a key that does not exist. */
    boolean holds(byte @Nullable [] string) {
        return switch (kind) {
            case '*' -> string != null;
            case '-' -> string == null;
            case '=' -> string != null && digests.contains(ValueDigest.of(string));
            case '!' -> string == null || !digests.contains(ValueDigest.of(string));
            default -> true;
        };
    }
}
