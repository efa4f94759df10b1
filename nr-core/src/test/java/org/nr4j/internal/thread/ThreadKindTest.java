package org.nr4j.internal.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ThreadKindTest {
    @Test
    void isVirtual_platformThread_isFalse() {
        assertThat(ThreadKind.isVirtual(Thread.currentThread())).isFalse();
        assertThat(ThreadKind.isVirtual(new Thread(() -> {}))).isFalse();
    }

    @Test
    void isVirtual_virtualThread_isTrue() throws ReflectiveOperationException, InterruptedException {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads need JDK 21");
        AtomicReference<Boolean> inside = new AtomicReference<>();
        Runnable task = () -> inside.set(ThreadKind.isVirtual(Thread.currentThread()));
        Thread thread = (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        thread.join();
        assertThat(inside.get()).isTrue();
        assertThat(ThreadKind.isVirtual(thread)).isTrue();
    }
}
