package org.nr4j.examples.nrfs;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.nr4j.cnr.LogSet;

/**
 * An operation on a {@link Volume}. It belongs to the logs of the nodes that it reads or changes. It answers a {@link
 * Refusal}, or what its own description says.
 *
 * <p>The caller follows the path before, by a {@link Lookup} for each name. In between, other operations may remove or
 * move a node on the path. Then the operation answers {@link Refusal#STALE}, and its caller follows the path again. An
 * operation therefore always changes the node that the path leads to at that moment.
 */
sealed interface FsOp {
    /** Returns the logs that it belongs to. */
    LogSet logs(int count);

    Object applyTo(Volume volume);

    private static LogSet logsOf(int count, long... nodes) {
        return LogSet.of(
                LongStream.of(nodes).mapToInt(node -> Volume.logOf(node, count)).toArray());
    }

    /** Reads what a name in a directory stands for: a {@link Place}. */
    record Lookup(Place directory, String name) implements FsOp {
        @Override
        public LogSet logs(int count) {
            return LogSet.one(Volume.logOf(directory.number(), count));
        }

        @Override
        public Object applyTo(Volume volume) {
            Node.Directory found = volume.findDirectory(directory);
            if (found == null) {
                return Refusal.STALE;
            }
            Place place = volume.follow(found, name);
            return place == null ? Refusal.NO_SUCH_FILE : place;
        }
    }

    /** Reads the {@link FileStat} of a file or directory. */
    record Stat(Place place) implements FsOp {
        @Override
        public LogSet logs(int count) {
            return LogSet.one(Volume.logOf(place.number(), count));
        }

        @Override
        public Object applyTo(Volume volume) {
            Node node = volume.find(place);
            return node == null ? Refusal.STALE : node.stat();
        }
    }

    /** Reads the names in a directory, in order: a list. */
    record ListNames(Place directory) implements FsOp {
        @Override
        public LogSet logs(int count) {
            return LogSet.one(Volume.logOf(directory.number(), count));
        }

        @Override
        public Object applyTo(Volume volume) {
            Node.Directory found = volume.findDirectory(directory);
            return found == null ? Refusal.STALE : List.copyOf(found.children.keySet());
        }
    }

    /** Reads bytes of a file. */
    record Read(Place file, long offset, int length) implements FsOp {
        @Override
        public LogSet logs(int count) {
            return LogSet.one(Volume.logOf(file.number(), count));
        }

        @Override
        public Object applyTo(Volume volume) {
            Node.File found = volume.findFile(file);
            return found == null ? Refusal.STALE : found.read(offset, length);
        }
    }

    /** Reads all existing paths, in order; paths of directories end with a slash. Answers a list. */
    record Tree() implements FsOp {
        @Override
        public LogSet logs(int count) {
            return LogSet.all();
        }

        @Override
        public Object applyTo(Volume volume) {
            List<String> paths = new ArrayList<>();
            collect(volume, Place.ROOT, "/", paths);
            return paths;
        }

        private static void collect(Volume volume, Place place, String prefix, List<String> paths) {
            Node.Directory directory = volume.findDirectory(place);
            for (String name : directory.children.keySet()) {
                Place child = volume.follow(directory, name);
                if (child.directory()) {
                    paths.add(prefix + name + "/");
                    collect(volume, child, prefix + name + "/", paths);
                } else {
                    paths.add(prefix + name);
                }
            }
        }
    }

    /**
     * Writes bytes into a file and answers how many. The array must not change afterwards: all replicas copy from it.
     */
    record Write(Place file, long offset, byte[] bytes) implements FsOp {
        @Override
        public LogSet logs(int count) {
            return LogSet.one(Volume.logOf(file.number(), count));
        }

        @Override
        public Object applyTo(Volume volume) {
            Node.File found = volume.findFile(file);
            if (found == null) {
                return Refusal.STALE;
            }
            found.write(offset, bytes);
            return bytes.length;
        }
    }

    /** Makes an empty file or directory with a unique number. Answers true. */
    record Create(Place directory, String name, long number, boolean isDirectory) implements FsOp {
        @Override
        public LogSet logs(int count) {
            return logsOf(count, directory.number(), number);
        }

        @Override
        public Object applyTo(Volume volume) {
            Node.Directory found = volume.findDirectory(directory);
            if (found == null) {
                return Refusal.STALE;
            }
            if (found.children.containsKey(name)) {
                return Refusal.EXISTS;
            }
            found.children.put(name, new Node.Child(number, isDirectory));
            volume.add(Node.of(isDirectory, number, found.number, name));
            return true;
        }
    }

    /** Removes a file or an empty directory. Answers true. */
    record Remove(Place directory, Place child) implements FsOp {
        @Override
        public LogSet logs(int count) {
            return logsOf(count, directory.number(), child.number());
        }

        @Override
        public Object applyTo(Volume volume) {
            Node.Directory from = volume.findDirectory(directory);
            Node node = volume.find(child);
            if (from == null || node == null) {
                return Refusal.STALE;
            }
            if (node instanceof Node.Directory removed && !removed.children.isEmpty()) {
                return Refusal.NOT_EMPTY;
            }
            from.children.remove(node.name);
            volume.remove(node);
            return true;
        }
    }

    /**
     * Renames a file, perhaps into another directory, and replaces a file that has the new name. Answers true.
     *
     * @param target what the new name stands for, or null if it is free
     */
    record RenameFile(Place directory, Place file, Place toDirectory, String toName, Place target) implements FsOp {
        @Override
        public LogSet logs(int count) {
            long replaced = target == null ? file.number() : target.number();
            return logsOf(count, directory.number(), file.number(), toDirectory.number(), replaced);
        }

        @Override
        public Object applyTo(Volume volume) {
            Node.Directory from = volume.findDirectory(directory);
            Node.File moved = volume.findFile(file);
            Node.Directory to = volume.findDirectory(toDirectory);
            boolean stale = from == null || moved == null || to == null || !isStillThere(volume, to);
            return stale ? Refusal.STALE : Renaming.rename(volume, from, moved, to, toName);
        }

        private boolean isStillThere(Volume volume, Node.Directory to) {
            return target == null ? !to.children.containsKey(toName) : volume.find(target) != null;
        }
    }

    /**
     * Moves a file or directory to another path. Answers true. It belongs to all logs, since a directory moves with
     * everything below it. It follows the paths itself, at one moment.
     */
    record RenameAny(FsPath from, FsPath to) implements FsOp {
        @Override
        public LogSet logs(int count) {
            return LogSet.all();
        }

        @Override
        public Object applyTo(Volume volume) {
            return Renaming.rename(volume, from, to);
        }
    }
}
