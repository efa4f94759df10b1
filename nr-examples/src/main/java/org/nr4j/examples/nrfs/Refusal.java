package org.nr4j.examples.nrfs;

import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why an operation was not done. It has changed nothing then. */
enum Refusal {
    /**
     * What the path led to when it was followed is not there any more, or not in that place: to be followed again.
     * Never seen by users.
     */
    STALE,
    NO_SUCH_FILE,
    EXISTS,
    NOT_A_DIRECTORY,
    IS_A_DIRECTORY,
    NOT_EMPTY,
    INTO_ITSELF,
    ROOT;

    /** What the user gets; {@code other} is where to, or null. */
    FileSystemException toException(String path, String other) {
        return switch (this) {
            case NO_SUCH_FILE -> new NoSuchFileException(path, other, "there must be such a file or directory");
            case EXISTS -> new FileAlreadyExistsException(path, other, "the name must be free; remove it first");
            case NOT_A_DIRECTORY -> new NotDirectoryException(other == null ? path : path + " -> " + other);
            case NOT_EMPTY -> new DirectoryNotEmptyException(other == null ? path : other);
            case IS_A_DIRECTORY -> new FileSystemException(path, other, "this must be a file: it is a directory");
            case INTO_ITSELF ->
                new FileSystemException(path, other, "a directory must not be moved to a place below itself");
            case ROOT -> new FileSystemException(path, other, "the root must stay; name something in it");
            case STALE -> throw new AssertionError("a stale path must be followed again: " + path);
        };
    }
}
