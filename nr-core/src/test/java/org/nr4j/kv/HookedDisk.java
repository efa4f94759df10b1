package org.nr4j.kv;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFile;

/** Makes disks that call a hook before each call. */
final class HookedDisk {
    /** Is called before each call of a disk or a file. It may wait or throw. */
    @FunctionalInterface
    interface Hook {
        /**
         * Comes before a call.
         *
         * @param method the method's name
         * @param file the file's name; empty for the directory
         */
        void before(String method, String file) throws IOException;
    }

    private HookedDisk() {}

    static Disk of(Disk disk, Hook hook) {
        return proxy(Disk.class, (proxy, method, arguments) -> {
            String file = arguments == null ? "" : (String) arguments[0];
            hook.before(method.getName(), file);
            Object result = call(() -> method.invoke(disk, arguments));
            return result instanceof DiskFile opened ? of(opened, file, hook) : result;
        });
    }

    private static DiskFile of(DiskFile opened, String file, Hook hook) {
        return proxy(DiskFile.class, (proxy, method, arguments) -> {
            hook.before(method.getName(), file);
            return call(() -> method.invoke(opened, arguments));
        });
    }

    /** Calls a method by reflection. */
    @FunctionalInterface
    private interface Call {
        Object run() throws ReflectiveOperationException;
    }

    private static Object call(Call call) throws Throwable {
        try {
            return call.run();
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
