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
     * Parses {@code "/"} or {@code "/name/name"}.
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

    /** Returns the last name. The root has none. */
    String name() {
        return names.get(names.size() - 1);
    }

    /** Returns the path without its last name. The root has no parent. */
    FsPath parent() {
        return new FsPath(names.subList(0, names.size() - 1));
    }

    /** Returns whether this is somewhere below another path. */
    boolean isBelow(FsPath other) {
        int length = other.names.size();
        return names.size() > length && names.subList(0, length).equals(other.names);
    }

    @Override
    public String toString() {
        return "/" + String.join("/", names);
    }
}
