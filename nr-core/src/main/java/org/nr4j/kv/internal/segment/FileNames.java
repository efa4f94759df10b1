package org.nr4j.kv.internal.segment;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/** The names of a log's files. */
public final class FileNames {
    public static final String MANIFEST = "manifest";
    public static final String NEW_MANIFEST = "manifest.tmp";

    private static final Pattern SEGMENT = Pattern.compile("segment-([0-9a-f]{16})\\.wal");
    private static final Pattern VALUES = Pattern.compile("values-[0-9a-f]{16}\\.dat");
    private static final Pattern BASE = Pattern.compile("base-[0-9a-f]{16}\\.(snapshot|tmp)");

    private FileNames() {}

    public static String segment(long number) {
        return "segment-" + HexFormat.of().toHexDigits(number) + ".wal";
    }

    public static String base(long number) {
        return "base-" + HexFormat.of().toHexDigits(number) + ".snapshot";
    }

    /** The name of a base that is being written. */
    public static String newBase(long number) {
        return "base-" + HexFormat.of().toHexDigits(number) + ".tmp";
    }

    /** The name of a file that has values. */
    public static String values(long number) {
        return "values-" + HexFormat.of().toHexDigits(number) + ".dat";
    }

    /** Returns whether this is a name of a file that has values. */
    public static boolean isValues(String name) {
        return VALUES.matcher(name).matches();
    }

    public static boolean isSegment(String name) {
        return SEGMENT.matcher(name).matches();
    }

    /** Returns the number in the name of a segment, a base, or a file of values. */
    public static long number(String name) {
        return HexFormat.fromHexDigitsToLong(name, name.indexOf('-') + 1, name.indexOf('.'));
    }

    /** Returns whether this is a name of a base, complete or not. */
    public static boolean isBase(String name) {
        return BASE.matcher(name).matches();
    }

    private static boolean isOurs(String name) {
        return name.equals(MANIFEST) || name.equals(NEW_MANIFEST) || isSegment(name) || isBase(name) || isValues(name);
    }

    /** Throws if a name in a log's directory is not a name of a log's file. */
    public static void requireOurs(List<String> names) throws IOException {
        for (String name : names) {
            if (!isOurs(name)) {
                throw new IOException("a log's directory must have no files of another program: file=" + name
                        + "; move the file away, or name another directory");
            }
        }
    }
}
