package org.nr4j.testing;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A dump of all threads with full stacks. Threads with equal stacks are shown once. */
final class ThreadDump {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int SHOWN_NAMES = 8;

    private ThreadDump() {}

    /** @param mine shown first; may be virtual, which the JVM does not list by itself */
    static String of(Collection<Thread> mine) {
        StringBuilder text = new StringBuilder();
        long[] deadlocked = THREADS.findDeadlockedThreads();
        if (deadlocked != null) {
            text.append("Deadlock between the threads with ids ")
                    .append(Arrays.toString(deadlocked))
                    .append('\n');
        }
        text.append("Threads of this run:\n");
        append(text, mine);
        Set<Thread> others = new HashSet<>(Thread.getAllStackTraces().keySet());
        others.removeAll(new HashSet<>(mine));
        text.append("Other threads:\n");
        append(text, others);
        return text.toString();
    }

    private static void append(StringBuilder text, Collection<Thread> threads) {
        Map<String, List<Thread>> byPlace = new LinkedHashMap<>();
        for (Thread thread : threads) {
            byPlace.computeIfAbsent(place(thread), key -> new ArrayList<>()).add(thread);
        }
        byPlace.forEach((place, there) -> {
            there.stream()
                    .limit(SHOWN_NAMES)
                    .forEach(each -> text.append('"').append(each.getName()).append("\" "));
            if (there.size() > SHOWN_NAMES) {
                text.append("and ").append(there.size() - SHOWN_NAMES).append(" more ");
            }
            text.append(place);
        });
    }

    private static String place(Thread thread) {
        StringBuilder text = new StringBuilder().append(thread.getState());
        ThreadInfo info = THREADS.getThreadInfo(thread.getId());
        if (info != null && info.getLockName() != null) {
            text.append(" on ").append(info.getLockName());
            if (info.getLockOwnerName() != null) {
                text.append(" held by \"").append(info.getLockOwnerName()).append('"');
            }
        }
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append("\n        at ").append(frame);
        }
        return text.append('\n').toString();
    }
}
