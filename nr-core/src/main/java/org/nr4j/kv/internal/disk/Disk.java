package org.nr4j.kv.internal.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * One directory that belongs to one log. Names are plain file names.
 *
 * <p>Created, renamed and deleted names survive a power failure once {@link #sync} has returned. Before that, each may
 * survive or not, in any combination.
 *
 * <p>Any thread may call the methods. A thread opens files of its own: see {@link DiskFile}.
 */
public interface Disk extends Closeable {
    /**
     * Creates a file and opens it for reading and writing.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken
     * @throws DiskFullException if there is no space for another file
     */
    DiskFile create(String name) throws IOException;

    /** Opens an existing file for reading. */
    DiskFile openForReading(String name) throws IOException;

    /** Opens an existing file for reading and writing. */
    DiskFile openForWriting(String name) throws IOException;

    /** As {@link #create}, for any number of threads. */
    SharedFile createShared(String name) throws IOException;

    /** Opens an existing file for any number of threads. */
    SharedFile openShared(String name, boolean writable) throws IOException;

    /** Returns the names in the directory in ascending order, without those that the disk itself needs. */
    List<String> list() throws IOException;

    /** Renames a file. Replaces a file that has the new name. After a crash there is the old state or the new one. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file if it exists. */
    void delete(String name) throws IOException;

    /** Returns once the names that were created, renamed and deleted are on the disk. */
    void sync() throws IOException;

    /** Returns how many bytes can still be written, as far as the operating system knows. */
    long usableBytes() throws IOException;

    /** Lets another log open the directory. The files must be closed before. */
    @Override
    void close() throws IOException;
}
