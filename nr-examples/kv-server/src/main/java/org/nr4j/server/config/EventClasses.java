package org.nr4j.server.config;

/**
 * The classes of events of keys that are published, each a letter as Redis has them. K and E are not classes, but say
 * on which channels.
 *
 * @param letters in the order in which Redis shows them
 */
public record EventClasses(String letters) {
    /** No events. */
    public static final EventClasses NONE = new EventClasses("");

    /** The letters for which A stands. */
    private static final String ALL = "g$lshzxetd";

    private static final String ORDER = ALL + "KEmn";

    /** Whether letters are known. */
    static boolean areValid(String letters) {
        return letters.chars().allMatch(letter -> letter == 'A' || ORDER.indexOf(letter) >= 0);
    }

    /** Reads letters, in whatever order. */
    public static EventClasses parse(String letters) {
        StringBuilder ordered = new StringBuilder();
        for (int i = 0; i < ORDER.length(); i++) {
            char letter = ORDER.charAt(i);
            boolean wanted = letters.indexOf(letter) >= 0 || (letters.indexOf('A') >= 0 && ALL.indexOf(letter) >= 0);
            ordered.append(wanted ? String.valueOf(letter) : "");
        }
        return new EventClasses(ordered.toString());
    }

    /** Whether a class is among them. */
    public boolean has(char letter) {
        return letters.indexOf(letter) >= 0;
    }

    /** Whether nothing is published: without a channel, or without a class. */
    public boolean isNone() {
        return !has('K') && !has('E');
    }

    /** Returns the letters, with A for all that it stands for. */
    String text() {
        return letters.startsWith(ALL) ? "A" + letters.substring(ALL.length()) : letters;
    }
}
