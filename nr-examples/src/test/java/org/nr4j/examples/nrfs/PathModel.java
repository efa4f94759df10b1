package org.nr4j.examples.nrfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A file system as simple as can be: paths, and what is there. What the real one is compared with. */
final class PathModel {
    static final String DIRECTORY = "<directory>";

    /** All paths but the root's; contents, or {@link #DIRECTORY}. */
    private final TreeMap<String, String> nodes;

    /** The message is the simple name of the exception. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String exception) {
            super(exception, null, false, false);
        }
    }

    PathModel() {
        nodes = new TreeMap<>();
    }

    PathModel(PathModel other) {
        nodes = new TreeMap<>(other.nodes);
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static void refuseIf(boolean condition, String exception) {
        if (condition) {
            throw new Refused(exception);
        }
    }

    private boolean isDirectory(String path) {
        return path.isEmpty() || DIRECTORY.equals(nodes.get(path));
    }

    private void requireDirectory(String path) {
        if (!path.isEmpty()) {
            requireDirectory(parent(path));
            refuseIf(!nodes.containsKey(path), "NoSuchFileException");
            refuseIf(!isDirectory(path), "NotDirectoryException");
        }
    }

    private void requireAny(String path) {
        requireDirectory(parent(path));
        refuseIf(!nodes.containsKey(path), "NoSuchFileException");
    }

    String file(String path) {
        requireAny(path);
        refuseIf(isDirectory(path), "FileSystemException");
        return nodes.get(path);
    }

    void make(String path, String contents) {
        requireDirectory(parent(path));
        refuseIf(nodes.containsKey(path), "FileAlreadyExistsException");
        nodes.put(path, contents);
    }

    void write(String path, int offset, String bytes) {
        StringBuilder contents = new StringBuilder(file(path));
        contents.setLength(Math.max(contents.length(), offset + bytes.length()));
        nodes.put(path, contents.replace(offset, offset + bytes.length(), bytes).toString());
    }

    String stat(String path) {
        requireAny(path);
        return isDirectory(path)
                ? "true " + list(path).size()
                : "false " + nodes.get(path).length();
    }

    List<String> list(String path) {
        requireDirectory(path);
        return below(path).keySet().stream()
                .map(each -> each.substring(path.length() + 1))
                .filter(each -> each.indexOf('/') < 0)
                .toList();
    }

    private Map<String, String> below(String path) {
        return nodes.subMap(path + "/", path + "0"); // the character after the slash
    }

    List<String> tree() {
        return nodes.keySet().stream()
                .map(path -> isDirectory(path) ? path + "/" : path)
                .toList();
    }

    void remove(String path) {
        requireAny(path);
        refuseIf(!below(path).isEmpty(), "DirectoryNotEmptyException");
        nodes.remove(path);
    }

    void rename(String path, String to) {
        requireAny(path);
        refuseIf(isDirectory(path) && to.startsWith(path + "/"), "FileSystemException");
        requireDirectory(parent(to));
        if (path.equals(to)) {
            return;
        }
        if (nodes.containsKey(to)) {
            refuseIf(isDirectory(to) != isDirectory(path), "FileSystemException");
            refuseIf(!below(to).isEmpty(), "DirectoryNotEmptyException");
        }
        Map<String, String> moved = new TreeMap<>(below(path));
        moved.put(path, nodes.get(path));
        nodes.keySet().removeAll(new ArrayList<>(moved.keySet()));
        moved.forEach((each, contents) -> nodes.put(to + each.substring(path.length()), contents));
    }

    @Override
    public String toString() {
        return nodes.toString();
    }
}
