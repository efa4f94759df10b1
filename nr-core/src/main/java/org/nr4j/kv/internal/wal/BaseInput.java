package org.nr4j.kv.internal.wal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.nr4j.kv.internal.disk.DiskFile;

/** Reads a base from its file. Has no buffer. For one thread. */
final class BaseInput extends InputStream {
    private final DiskFile file;
    private final ProgressMeter meter;
    private long position;

    BaseInput(DiskFile file, ProgressMeter meter) {
        this.file = file;
        this.meter = meter;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int read = file.read(ByteBuffer.wrap(to, from, length), position);
        position += read;
        meter.add(read);
        return read == 0 ? -1 : read;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
