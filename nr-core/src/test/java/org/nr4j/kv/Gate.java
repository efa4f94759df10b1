package org.nr4j.kv;

import java.util.function.BiPredicate;

/** Lets some calls of a disk wait while it is shut. Any thread may use it. */
final class Gate implements HookedDisk.Hook {
    private final BiPredicate<String, String> waits;
    private boolean shut;
    private int waiting;

    /** @param waits the calls that wait, by method and file */
    Gate(BiPredicate<String, String> waits) {
        this.waits = waits;
    }

    /** Returns a gate for the syncs of files. */
    static Gate ofSyncs() {
        return new Gate((method, file) -> method.equals("sync") && !file.isEmpty());
    }

    /** Returns a gate for the writes of snapshots. */
    static Gate ofSnapshots() {
        return new Gate((method, file) -> method.equals("write") && file.startsWith("base-"));
    }

    synchronized void shut() {
        shut = true;
    }

    synchronized void open() {
        shut = false;
        notifyAll();
    }

    synchronized void awaitWaiting() throws InterruptedException {
        while (waiting == 0) {
            wait();
        }
    }

    @Override
    public synchronized void before(String method, String file) {
        if (!waits.test(method, file)) {
            return;
        }
        waiting++;
        notifyAll();
        try {
            while (shut) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            waiting--;
        }
    }
}
