package org.nr4j.kv.durable;

import java.io.IOException;

/**
 * Thrown when the files of a log are not as the log wrote them, and a crash cannot explain it. Opening a damaged log
 * changes nothing in its directory.
 */
public final class DamagedLogException extends IOException {
    private static final long serialVersionUID = 1;
    private static final String ACTION =
            "; check the store with StoreFiles, restore it from a copy, or repair it into another directory";

    private final String file;
    private final long offset;

    /**
     * Creates an exception.
     *
     * @param rule what must hold and does not
     * @param file the name of the file, without its directory
     * @param offset where the damaged part starts, in bytes from the start of the file
     */
    public DamagedLogException(String rule, String file, long offset) {
        super(rule + ": file=" + file + " offset=" + offset + ACTION);
        this.file = file;
        this.offset = offset;
    }

    /** Returns the name of the damaged or missing file, without its directory. */
    public String file() {
        return file;
    }

    /** Returns where the damaged part starts, in bytes from the start of the file; 0 for a missing file. */
    public long offset() {
        return offset;
    }
}
