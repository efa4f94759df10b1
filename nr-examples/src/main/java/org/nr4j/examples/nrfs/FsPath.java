package org.nr4j.examples.nrfs;

import java.nio.file.InvalidPathException;
import java.util.List;

/**
 * An absolute path: the names from the root down.
 *
 * @param names none for the root
 */
record FsPath(List<String> names) {

    /**
     * Reads {@code "/"} or {@code "/name/name"}.
     *
     * @throws InvalidPathException if it is not absolute, or has an empty name, {@code "."} or {@code ".."}
     */
    static FsPath of(String text) {
        if (text.equals("/")) {
            return new FsPath(List.of());
        }
        if (!text.startsWith("/")) {
            throw new InvalidPathException(text, "a path must begin at the root; put a / before it");
        }
        List<String> names = List.of(text.substring(1).split("/", -1));
        for (String name : names) {
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                throw new InvalidPathException(
                        text, "a name must not be empty, nor . or ..: name=" + name + "; spell out the path");
            }
        }
        return new FsPath(names);
    }

    boolean isRoot() {
        return names.isEmpty();
    }

    /** The last name; not of the root. */
    String name() {
        return names.get(names.size() - 1);
    }

    /** What the last name is in; not of the root. */
    FsPath parent() {
        return new FsPath(names.subList(0, names.size() - 1));
    }

    /** Whether this is somewhere below another. */
    boolean isBelow(FsPath other) {
        int length = other.names.size();
        return names.size() > length && names.subList(0, length).equals(other.names);
    }

    @Override
    public String toString() {
        return "/" + String.join("/", names);
    }
}
