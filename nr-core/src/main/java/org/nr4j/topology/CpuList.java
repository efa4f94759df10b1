package org.nr4j.topology;

import java.util.BitSet;

/**
 * The kernel's text form of a set of cpus or nodes: numbers and ascending ranges, such as {@code 0-3,8,10-11}. A blank
 * text is the empty set. Any thread may call the methods.
 */
final class CpuList {
    /**
     * The largest number that is accepted. Linux has at most 8192 cpus. The limit keeps a typing error from costing
     * gigabytes.
     */
    static final int MAX_NUMBER = 65_535;

    private static final int MAX_DIGITS = 9;

    private CpuList() {}

    /**
     * Parses a list.
     *
     * @param text the list; white space around it is ignored
     * @param source the name of the file or parameter that the list comes from, for the message
     * @throws IllegalArgumentException if the text is not such a list
     */
    static BitSet parse(String text, String source) {
        BitSet set = new BitSet();
        String list = text.strip();
        if (list.isEmpty()) {
            return set;
        }
        for (String part : list.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = number(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : number(part.substring(dash + 1));
            if (first < 0 || last < first || last > MAX_NUMBER) {
                throw new IllegalArgumentException("a cpu or node list must consist of numbers up to " + MAX_NUMBER
                        + " and ascending ranges, as in 0-3,8: " + source + "=\"" + list + "\"; correct the part \""
                        + part + "\"");
            }
            set.set(first, last + 1);
        }
        return set;
    }

    /** Returns the shortest list of the set, as the kernel prints it; the empty string for the empty set. */
    static String format(BitSet set) {
        StringBuilder text = new StringBuilder();
        for (int first = set.nextSetBit(0); first >= 0; ) {
            int end = set.nextClearBit(first);
            if (text.length() > 0) {
                text.append(',');
            }
            text.append(first);
            if (end - first > 1) {
                text.append('-').append(end - 1);
            }
            first = set.nextSetBit(end);
        }
        return text.toString();
    }

    /** Returns the value of a string of decimal digits; -1 if the string is anything else, or too long to be valid. */
    private static int number(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS) {
            return -1;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return -1;
            }
        }
        return Integer.parseInt(text);
    }
}
