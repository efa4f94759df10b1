package org.nr4j.examples.nrfs;

import java.nio.file.FileSystemException;

/**
 * The file system of {@link NrFs} for one thread. It has the same operations on a volume of its own. Each operation
 * takes its whole path in one step.
 *
 * <p>Only benchmarks need this class. It is in this package because it uses the package-private volume.
 */
public final class PlainFs {
    private final Volume volume = new Volume(1);
    private long lastNumber = Volume.ROOT;

    /** Makes an empty file. */
    public void create(String path) throws FileSystemException {
        make(path, /* isDirectory= */ false);
    }

    /** Makes an empty directory. */
    public void mkdir(String path) throws FileSystemException {
        make(path, /* isDirectory= */ true);
    }

    /** Writes like {@link NrFs#write}, but the array must not change afterwards. */
    public void write(String path, long offset, byte[] bytes) throws FileSystemException {
        done(new FsOp.Write(follow(FsPath.of(path)), offset, bytes), path);
    }

    /** Reads like {@link NrFs#read}. */
    public byte[] read(String path, long offset, int length) throws FileSystemException {
        return (byte[]) done(new FsOp.Read(follow(FsPath.of(path)), offset, length), path);
    }

    private void make(String path, boolean isDirectory) throws FileSystemException {
        FsPath made = FsPath.of(path);
        done(new FsOp.Create(follow(made.parent()), made.name(), ++lastNumber, isDirectory), path);
    }

    private Place follow(FsPath path) throws FileSystemException {
        Place place = Place.ROOT;
        for (String name : path.names()) {
            place = (Place) done(new FsOp.Lookup(place, name), path.toString());
        }
        return place;
    }

    private Object done(FsOp op, String path) throws FileSystemException {
        Object answer = op.applyTo(volume);
        if (answer instanceof Refusal refusal) {
            throw refusal.toException(path, null);
        }
        return answer;
    }
}
