package org.nr4j.cluster;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.util.MD5FileUtil;
import org.nr4j.server.cluster.LocalState;

/**
 * A snapshot on the disk: a magic number (8), the time of the last call (8), what the members know of each other, and
 * the contents of the store, which have checksums of their own.
 */
final class SnapshotFile {
    private static final long MAGIC = 0x6E72346A7261660AL; // "nr4jraf" and a line feed
    private static final int BUFFER = 1 << 16;

    private SnapshotFile() {}

    /** Writes a part of a file. */
    @FunctionalInterface
    interface Body {
        void writeTo(DataOutputStream out) throws IOException;
    }

    /**
     * Writes a file so that a crash leaves the whole file or none. Returns the checksum that Ratis keeps beside it.
     *
     * @param members the members, as they were at the snapshot
     */
    static MD5Hash write(File target, long millis, byte[] members, LocalState.Contents contents) throws IOException {
        Path temporary = target.toPath().resolveSibling("writing." + target.getName());
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            OutputStream stream = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
            DataOutputStream out = new DataOutputStream(stream);
            out.writeLong(MAGIC);
            out.writeLong(millis);
            out.write(members);
            contents.writeTo(out);
            out.flush();
            channel.force(true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        MD5Hash digest = MD5FileUtil.computeMd5ForFile(temporary.toFile());
        MD5FileUtil.saveMD5File(target, digest);
        Files.move(temporary, target.toPath(), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(target.toPath().resolveSibling("."))) {
            directory.force(true);
        }
        return digest;
    }

    /** Reads a file into the members and the store. Returns the time of the last call. */
    static long read(File file, Members members, LocalState state) throws IOException {
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file.toPath()), BUFFER))) {
            if (in.readLong() != MAGIC) {
                throw new IOException("a snapshot must begin with its magic number: file=" + file
                        + "; remove the directory of this member, so that it gets a snapshot of the others");
            }
            long millis = in.readLong();
            members.readFrom(in);
            state.restore(millis, in);
            return millis;
        }
    }
}
