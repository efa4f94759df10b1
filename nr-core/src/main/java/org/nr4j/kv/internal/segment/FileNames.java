package org.nr4j.kv.internal.segment;

import java.util.HexFormat;
import java.util.regex.Pattern;

/** The names of a log's files. */
public final class FileNames {
    public static final String MANIFEST = "manifest";
    public static final String NEW_MANIFEST = "manifest.tmp";

    private static final Pattern SEGMENT = Pattern.compile("segment-([0-9a-f]{16})\\.wal");
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

    public static boolean isSegment(String name) {
        return SEGMENT.matcher(name).matches();
    }

    public static long segmentNumber(String name) {
        return HexFormat.fromHexDigitsToLong(name, name.indexOf('-') + 1, name.indexOf('.'));
    }

    /** Returns whether this is a name of a base, complete or not. */
    public static boolean isBase(String name) {
        return BASE.matcher(name).matches();
    }

    public static boolean isOurs(String name) {
        return name.equals(MANIFEST) || name.equals(NEW_MANIFEST) || isSegment(name) || isBase(name);
    }
}
