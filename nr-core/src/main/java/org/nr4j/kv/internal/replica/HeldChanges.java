package org.nr4j.kv.internal.replica;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes changes on; those of a batch only when all of it has been applied, since until then it may be taken back. For one thread. */
public final class HeldChanges implements ChangeRecorder {
    private final ChangeRecorder listener;
    private @Nullable List<Runnable> held;

    HeldChanges(ChangeRecorder listener) {
        this.listener = listener;
    }

    @Override
    public void changed(byte[] key, @Nullable Content before, @Nullable Content after, boolean expired) {
        if (held == null) {
            listener.changed(key, before, after, expired);
        } else {
            held.add(() -> listener.changed(key, before, after, expired));
        }
    }

    /** Keeps what comes from now on. */
    void hold() {
        held = new ArrayList<>();
    }

    /** Passes on what was kept, or forgets it, and keeps nothing from now on. */
    void release(boolean passOn) {
        List<Runnable> changes = held;
        held = null;
        if (passOn && changes != null) {
            changes.forEach(Runnable::run);
        }
    }
}
