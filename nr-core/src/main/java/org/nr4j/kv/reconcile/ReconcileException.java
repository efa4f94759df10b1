package org.nr4j.kv.reconcile;

/** Says that a peer broke the protocol of reconciliation, refused a session, or did not answer. */
public final class ReconcileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Creates an exception with a message. */
    public ReconcileException(String message) {
        super(message);
    }
}
