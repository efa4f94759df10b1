package org.nr4j.kv.internal.replica;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passes changes on. Keeps the changes of an operation that may be undone until the whole operation is applied. For one
 * thread.
 */
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

    /** Keeps changes until {@link #release}. */
    void hold() {
        held = new ArrayList<>();
    }

    /** Passes on the changes that were kept, or drops them. Passes on later changes at once. */
    void release(boolean passOn) {
        List<Runnable> changes = held;
        held = null;
        if (passOn && changes != null) {
            changes.forEach(Runnable::run);
        }
    }
}
