package org.nr4j.server.monitor;

import org.nr4j.server.command.Command;
import org.nr4j.server.config.Settings;

/** Takes the times of all commands. For any number of threads. */
public final class Meter {
    private static final long MILLI = 1_000;

    private final Settings settings;
    private final SlowLog slowLog = new SlowLog();
    private final LatencyEvents events = new LatencyEvents();
    private final CommandStats commands = new CommandStats();

    /** From how many microseconds on a command takes long, in any respect. Volatile: each command reads it. */
    private volatile long remarkableMicros;

    private volatile boolean hasHistograms;

    /** Creates a meter with the limits that the settings have. */
    public Meter(Settings settings) {
        this.settings = settings;
        refresh();
    }

    /** Takes the limits from the settings anew. */
    public void refresh() {
        long slow = settings.slowerThanMicros();
        long latency = settings.latencyThresholdMillis();
        remarkableMicros =
                Math.min(slow < 0 ? Long.MAX_VALUE : slow, latency == 0 ? Long.MAX_VALUE : saturated(latency));
        hasHistograms = settings.tracksLatency();
    }

    private static long saturated(long millis) {
        return millis > Long.MAX_VALUE / MILLI ? Long.MAX_VALUE : millis * MILLI;
    }

    /** Counts a command that took some time. Returns whether {@link #remark} must be called, too. */
    public boolean add(Command command, long micros) {
        commands.ran(command, micros, hasHistograms);
        return micros >= remarkableMicros;
    }

    /** Notes a command that took long. */
    public void remark(Command command, byte[][] arguments, long micros, String address, String name) {
        long slower = settings.slowerThanMicros();
        if (slower >= 0 && micros >= slower && !command.is("skip_slowlog")) {
            byte[][] shown = Redaction.of(command, arguments);
            slowLog.add(shown, micros, address, name, settings.longestSlowLog());
        }
        long latency = settings.latencyThresholdMillis();
        if (latency > 0 && micros >= saturated(latency)) {
            events.add(command.is("fast") ? "fast-command" : "command", micros / MILLI);
        }
    }

    /** Returns the slow commands. */
    public SlowLog slowLog() {
        return slowLog;
    }

    /** Returns the events that took long. */
    public LatencyEvents events() {
        return events;
    }

    /** Returns how often each command ran, and how long it took. */
    public CommandStats commands() {
        return commands;
    }
}
