package org.nr4j.server.acl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file with a line for each user. */
public final class AclFile {
    private final Path path;

    /** Names a file, which need not exist yet. */
    public AclFile(Path path) {
        this.path = path;
    }

    /**
     * Replaces all users by those of the file.
     *
     * @throws AclException if the file cannot be read, or a line is not valid; then nothing has changed
     */
    public void load(Acl acl) {
        try {
            acl.replace(path.toString(), Files.readAllLines(path, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new AclException("Error loading ACLs, opening file '" + path + "': " + e.getMessage());
        }
    }

    /**
     * Writes all users into the file. The file has either all old lines or all new ones, whatever happens.
     *
     * @throws UncheckedIOException if the file cannot be written
     */
    public void save(Acl acl) {
        Path absolute = path.toAbsolutePath();
        try {
            Path temporary = Files.createTempFile(absolute.getParent(), "users", ".tmp");
            try {
                Files.write(temporary, acl.lines(), StandardCharsets.ISO_8859_1);
                Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
