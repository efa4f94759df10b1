package org.nr4j.server.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.InlineParser;

/**
 * A file of parameters. A line has a name and the words of its value. Quotes keep blanks together. Lines that begin
 * with {@code #} are comments. The line {@code include FILE} stands for the lines of another file.
 */
final class ConfigFile {
    private static final int DEEPEST = 16;

    private final List<Assignment> assignments = new ArrayList<>();

    private ConfigFile() {}

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it cannot be read, or a line has quotes that do not match
     */
    static List<Assignment> read(Path file) {
        ConfigFile reader = new ConfigFile();
        reader.read(file, "--config", 0);
        return reader.assignments;
    }

    private void read(Path file, String where, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("a file must not include itself: where=" + where + " file=" + file
                    + " deepest=" + DEEPEST + "; remove the include");
        }
        List<String> lines = lines(file, where);
        for (int i = 0; i < lines.size(); i++) {
            Assignment assignment = parse(lines.get(i), file + ":" + (i + 1));
            if (assignment != null && assignment.name().equals("include")) {
                include(assignment, file, depth);
            } else if (assignment != null) {
                assignments.add(assignment);
            }
        }
    }

    private void include(Assignment include, Path file, int depth) {
        if (include.words().size() != 1) {
            throw include.refused("an include must name one file", "correct the line");
        }
        Path included = Path.of(utf8(include.words().get(0)));
        read(file.toAbsolutePath().resolveSibling(included), include.where(), depth + 1);
    }

    /** Returns the lines of a file, one character for each byte. */
    static List<String> lines(Path file, String where) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.toList();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "a file of parameters must be readable: where=" + where + " file=" + file + " problem=" + e
                            + "; correct the name, or the permissions",
                    e);
        }
    }

    /** Returns what a line assigns; null if it is a comment or blank. */
    static @Nullable Assignment parse(String line, String where) {
        if (line.isBlank() || line.stripLeading().startsWith("#")) {
            return null;
        }
        byte[][] words = InlineParser.split(Ascii.bytes(line));
        if (words == null || words.length == 0) {
            throw new IllegalArgumentException(
                    "a line must have quotes that match: where=" + where + " line=" + line + "; close them");
        }
        List<String> texts = Stream.of(words).map(Ascii::text).toList();
        return new Assignment(where, texts.get(0).toLowerCase(Locale.ROOT), texts.subList(1, texts.size()));
    }

    /** Returns the text of bytes that are characters. */
    static String utf8(String bytes) {
        return new String(Ascii.bytes(bytes), StandardCharsets.UTF_8);
    }
}
