package org.nr4j.server.monitor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Samples of events that took long, by the name of the event. For any number of threads. */
public final class LatencyEvents {
    private static final int MOST_SAMPLES = 160;

    /** Guarded by this. */
    private final Map<String, Event> events = new TreeMap<>();

    /** The longest time of a second, in milliseconds. */
    public record Sample(long seconds, long millis) {}

    /** An event: its samples, the oldest first, and the longest time ever. */
    public record Event(String name, List<Sample> samples, long longest) {
        /** Returns the latest sample. */
        public Sample latest() {
            return samples.get(samples.size() - 1);
        }
    }

    /** Adds a sample. Of one second, only the longest is kept. */
    public synchronized void add(String name, long millis) {
        long seconds = System.currentTimeMillis() / 1_000;
        Event old = events.get(name);
        ArrayDeque<Sample> samples = new ArrayDeque<>(old == null ? List.of() : old.samples);
        Sample sample = new Sample(seconds, millis);
        if (!samples.isEmpty() && samples.getLast().seconds == seconds) {
            sample = new Sample(seconds, Math.max(millis, samples.removeLast().millis));
        }
        samples.add(sample);
        if (samples.size() > MOST_SAMPLES) {
            samples.removeFirst();
        }
        events.put(name, new Event(name, List.copyOf(samples), Math.max(millis, old == null ? 0 : old.longest)));
    }

    /** Returns all events. */
    public synchronized List<Event> all() {
        return new ArrayList<>(events.values());
    }

    /** Returns the samples of an event; none if it has not happened. */
    public synchronized List<Sample> samples(String name) {
        Event event = events.get(name);
        return event == null ? List.of() : event.samples;
    }

    /** Forgets events; all if no name is given. Returns how many there were. */
    public synchronized long reset(Collection<String> names) {
        long before = events.size();
        if (names.isEmpty()) {
            events.clear();
        } else {
            names.forEach(events::remove);
        }
        return before - events.size();
    }
}
