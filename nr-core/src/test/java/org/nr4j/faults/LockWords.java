package org.nr4j.faults;

import java.lang.reflect.Field;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Describes the locks of an instance, for the message of a test that found the instance stuck. */
final class LockWords {
    private LockWords() {}

    static String of(Object instance) {
        StringBuilder text = new StringBuilder();
        try {
            Object set = value(instance, "replicas");
            text.append("failure=").append(value(value(set, "lifecycle"), "failure"));
            Object members = ((AtomicReference<?>) value(set, "members")).get();
            for (String kind : List.of("replicas", "quarantined")) {
                for (Object replica : (List<?>) value(members, kind)) {
                    append(text.append('\n').append(kind).append(' '), replica);
                }
            }
        } catch (ReflectiveOperationException e) {
            text.append(e);
        }
        return text.append('\n').toString();
    }

    private static void append(StringBuilder text, Object replica) throws ReflectiveOperationException {
        Object combiner = value(replica, "combiner");
        Object state = value(value(replica, "lock"), "state");
        text.append(value(replica, "id"));
        for (String field : List.of("holder", "abandoned", "usedCells", "parked")) {
            text.append(' ').append(field).append('=').append(value(state, field));
        }
        text.append(" broken=").append(value(combiner, "broken"));
        Object work = value(combiner, "state");
        text.append(" inHand=").append(value(work, "inHand"));
        text.append(" unfinished=").append(value(work, "unfinished"));
    }

    private static Object value(Object object, String name) throws ReflectiveOperationException {
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field.get(object);
                }
            }
        }
        throw new NoSuchFieldException(object.getClass() + "." + name);
    }
}
