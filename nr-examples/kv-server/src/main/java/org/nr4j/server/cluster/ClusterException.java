package org.nr4j.server.cluster;

/** A cluster has not answered. Says whether the request may have run. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean unknown;

    private ClusterException(String message, boolean unknown) {
        super(message);
        this.unknown = unknown;
    }

    /** Returns the failure of a request that has not run and never will. */
    public static ClusterException notRun(String message) {
        return new ClusterException("CLUSTERDOWN " + message + "; the command has not run: try again", false);
    }

    /** Returns the failure of a request that may have run, or may still run. */
    public static ClusterException unknown(String message) {
        return new ClusterException(
                "UNKNOWN " + message + "; the command may have run, or may still run: read before you try again", true);
    }

    /** Whether the request may have run, or may still run. */
    public boolean isUnknown() {
        return unknown;
    }
}
