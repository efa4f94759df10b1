package org.nr4j.examples.nrfs;

/**
 * Renames nodes by the rules of POSIX: a file replaces a file that has the new name, and a directory replaces an empty
 * directory.
 */
final class Renaming {
    private Renaming() {}

    /** Renames the node at a path, for an operation of all logs. Returns true, or a {@link Refusal}. */
    static Object rename(Volume volume, FsPath from, FsPath to) {
        Object fromDirectory = follow(volume, from.parent());
        if (fromDirectory instanceof Refusal) {
            return fromDirectory;
        }
        Place place = volume.follow((Node.Directory) fromDirectory, from.name());
        if (place == null) {
            return Refusal.NO_SUCH_FILE;
        }
        if (place.directory() && to.isBelow(from)) {
            return Refusal.INTO_ITSELF;
        }
        Object toDirectory = follow(volume, to.parent());
        return toDirectory instanceof Refusal
                ? toDirectory
                : rename(
                        volume,
                        (Node.Directory) fromDirectory,
                        volume.find(place),
                        (Node.Directory) toDirectory,
                        to.name());
    }

    /** Returns the directory at a path, or a {@link Refusal}. */
    private static Object follow(Volume volume, FsPath path) {
        Place place = Place.ROOT;
        for (String name : path.names()) {
            place = volume.follow(volume.findDirectory(place), name);
            if (place == null) {
                return Refusal.NO_SUCH_FILE;
            }
            if (!place.directory()) {
                return Refusal.NOT_A_DIRECTORY;
            }
        }
        return volume.findDirectory(place);
    }

    /**
     * Renames a node. Returns true, or a {@link Refusal}. The caller has checked that no directory moves below itself.
     */
    static Object rename(Volume volume, Node.Directory from, Node node, Node.Directory to, String toName) {
        Place target = volume.follow(to, toName);
        if (target != null && target.number() != node.number) {
            Refusal refusal = replace(volume, volume.find(target), node);
            if (refusal != null) {
                return refusal;
            }
        }
        from.children.remove(node.name);
        to.children.put(toName, new Node.Child(node.number, node.isDirectory()));
        node.parent = to.number;
        node.name = toName;
        if (node.isDirectory()) {
            volume.countMove();
        }
        return true;
    }

    /** Removes the node that has the new name, or refuses if it may not be replaced. */
    private static Refusal replace(Volume volume, Node target, Node by) {
        if (target.isDirectory() != by.isDirectory()) {
            return target.isDirectory() ? Refusal.IS_A_DIRECTORY : Refusal.NOT_A_DIRECTORY;
        }
        if (target instanceof Node.Directory directory && !directory.children.isEmpty()) {
            return Refusal.NOT_EMPTY;
        }
        volume.remove(target);
        return null;
    }
}
