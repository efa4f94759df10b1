package org.nr4j.examples.nrfs;

import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** The reason why an operation was refused. A refused operation has changed nothing. */
enum Refusal {
    /** The node that the path led to is gone or elsewhere, so the path must be followed again. Users never see this. */
    STALE,
    NO_SUCH_FILE,
    EXISTS,
    NOT_A_DIRECTORY,
    IS_A_DIRECTORY,
    NOT_EMPTY,
    INTO_ITSELF,
    ROOT;

    /** Returns the exception for the user. {@code other} is the target path, or null. */
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
