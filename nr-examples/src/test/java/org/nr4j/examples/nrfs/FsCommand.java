package org.nr4j.examples.nrfs;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * An operation as data, for the file system and the model alike. Its outcome is text: the answer, or the kind of the
 * exception.
 */
record FsCommand(Kind kind, String path, String other, long offset, String bytes) {
    enum Kind {
        CREATE,
        MKDIR,
        WRITE,
        READ,
        STAT,
        LIST,
        REMOVE,
        RENAME,
        TREE
    }

    private static final List<String> PATHS =
            List.of("/a", "/b", "/a/x", "/b/x", "/a/y", "/a/x/u", "/b/x/u", "/a/x/u/v");

    /** Of few paths, so that they meet. */
    static FsCommand random(RandomGenerator random) {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        return new FsCommand(
                random.nextInt(4) == 0 ? Kind.RENAME : kind,
                path(random),
                path(random),
                random.nextInt(4),
                random.nextBoolean() ? "p" : "qr");
    }

    private static String path(RandomGenerator random) {
        return PATHS.get(random.nextInt(PATHS.size()));
    }

    String applyTo(NrFs fs) {
        try {
            return answer(fs);
        } catch (FileSystemException e) {
            return refused(e.getClass().getSimpleName());
        }
    }

    private String answer(NrFs fs) throws FileSystemException {
        switch (kind) {
            case CREATE -> fs.create(path);
            case MKDIR -> fs.mkdir(path);
            case WRITE -> fs.write(path, offset, bytes.getBytes(StandardCharsets.ISO_8859_1));
            case REMOVE -> fs.remove(path);
            case RENAME -> fs.rename(path, other);
            case READ -> {
                return new String(fs.read(path, offset, 5), StandardCharsets.ISO_8859_1);
            }
            case STAT -> {
                FileStat stat = fs.stat(path);
                return stat.directory() + " " + stat.size();
            }
            case LIST -> {
                return fs.list(path).toString();
            }
            case TREE -> {
                return fs.tree().toString();
            }
        }
        return "done";
    }

    String applyTo(PathModel model) {
        try {
            return answer(model);
        } catch (PathModel.Refused e) {
            return refused(e.getMessage());
        }
    }

    private String answer(PathModel model) {
        switch (kind) {
            case CREATE -> model.make(path, "");
            case MKDIR -> model.make(path, PathModel.DIRECTORY);
            case WRITE -> model.write(path, (int) offset, bytes);
            case REMOVE -> model.remove(path);
            case RENAME -> model.rename(path, other);
            case READ -> {
                String contents = model.file(path);
                int end = (int) Math.min(contents.length(), offset + 5);
                return offset < end ? contents.substring((int) offset, end) : "";
            }
            case STAT -> {
                return model.stat(path);
            }
            case LIST -> {
                return model.list(path).toString();
            }
            case TREE -> {
                return model.tree().toString();
            }
        }
        return "done";
    }

    /** Of several things that are wrong with a rename, the file system may name any. */
    private String refused(String exception) {
        return kind == Kind.RENAME ? "refused" : exception;
    }
}
