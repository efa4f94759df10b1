package org.nr4j.server.session;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.monitor.LatencyEvents.Event;
import org.nr4j.server.monitor.LatencyEvents.Sample;
import org.nr4j.server.monitor.Meter;
import org.nr4j.server.monitor.SlowLog;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.session.ConnectionCommands.SessionBody;

/** The commands MONITOR, SLOWLOG and LATENCY. */
final class MonitorCommands {
    private static final long SLOW_SHOWN = 10;
    private static final int GRAPH_HEIGHT = 4;
    private static final int GRAPH_WIDTH = 80;

    private MonitorCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("MONITOR", MonitorCommands::monitor);
        bodies.put("SLOWLOG", TableCommands.WITHOUT_SUBCOMMAND);
        bodies.put("SLOWLOG|GET", MonitorCommands::slow);
        bodies.put(
                "SLOWLOG|LEN",
                (session, args) ->
                        session.out().integer(meter(session).slowLog().size()));
        bodies.put("SLOWLOG|RESET", (session, args) -> {
            meter(session).slowLog().clear();
            session.out().ok();
        });
        bodies.put("SLOWLOG|HELP", Help::run);
        bodies.put("LATENCY", TableCommands.WITHOUT_SUBCOMMAND);
        bodies.put("LATENCY|LATEST", MonitorCommands::latest);
        bodies.put("LATENCY|HISTORY", MonitorCommands::history);
        bodies.put("LATENCY|RESET", MonitorCommands::reset);
        bodies.put("LATENCY|HISTOGRAM", MonitorCommands::histogram);
        bodies.put("LATENCY|DOCTOR", MonitorCommands::doctor);
        bodies.put("LATENCY|GRAPH", MonitorCommands::graph);
        bodies.put("LATENCY|HELP", Help::run);
    }

    private static Meter meter(Session session) {
        return session.server().meter();
    }

    private static void monitor(Session session, byte[][] args) {
        session.server().monitors().add(session);
        session.out().ok();
    }

    // ---- SLOWLOG ----

    private static void slow(Session session, byte[][] args) {
        if (args.length > 3) {
            throw new CommandException("ERR wrong number of arguments for 'slowlog|get' command");
        }
        long count = SLOW_SHOWN;
        if (args.length == 3) {
            if (!Numbers.isLong(args[2]) || Numbers.parseLong(args[2]) < -1) {
                throw new CommandException("ERR count should be greater than or equal to -1");
            }
            count = Numbers.parseLong(args[2]);
        }
        List<SlowLog.Entry> entries = meter(session).slowLog().latest(count < 0 ? Long.MAX_VALUE : count);
        ReplyWriter out = session.out();
        out.array(entries.size());
        for (SlowLog.Entry entry : entries) {
            out.array(6);
            out.integer(entry.id());
            out.integer(entry.seconds());
            out.integer(entry.micros());
            out.array(entry.arguments().size());
            entry.arguments().forEach(out::bulk);
            out.bulk(entry.address());
            out.bulk(entry.name());
        }
    }

    // ---- LATENCY ----

    private static void latest(Session session, byte[][] args) {
        ReplyWriter out = session.out();
        List<Event> events = meter(session).events().all();
        out.array(events.size());
        for (Event event : events) {
            out.array(4);
            out.bulk(event.name());
            out.integer(event.latest().seconds());
            out.integer(event.latest().millis());
            out.integer(event.longest());
        }
    }

    private static void history(Session session, byte[][] args) {
        ReplyWriter out = session.out();
        List<Sample> samples = meter(session).events().samples(Ascii.text(args[2]));
        out.array(samples.size());
        for (Sample sample : samples) {
            out.array(2);
            out.integer(sample.seconds());
            out.integer(sample.millis());
        }
    }

    private static void reset(Session session, byte[][] args) {
        List<String> names = Arrays.stream(args).skip(2).map(Ascii::text).toList();
        session.out().integer(meter(session).events().reset(names));
    }

    private static void histogram(Session session, byte[][] args) {
        Map<String, Map<Long, Long>> all = meter(session).commands().cumulated();
        Map<String, Map<Long, Long>> wanted = new LinkedHashMap<>();
        for (int i = 2; i < args.length; i++) {
            String name = Ascii.text(args[i]).toLowerCase(Locale.ROOT);
            all.forEach((command, counts) -> {
                if (command.equals(name) || command.startsWith(name + "|")) {
                    wanted.put(command, counts);
                }
            });
        }
        ReplyWriter out = session.out();
        Map<String, Map<Long, Long>> shown = args.length == 2 ? all : wanted;
        out.map(shown.size());
        shown.forEach((name, counts) -> {
            out.bulk(name);
            out.map(2);
            out.bulk("calls");
            out.integer(counts.values().stream().reduce(0L, Math::max));
            out.bulk("histogram_usec");
            out.map(counts.size());
            counts.forEach((micros, count) -> {
                out.integer(micros);
                out.integer(count);
            });
        });
    }

    private static void doctor(Session session, byte[][] args) {
        StringBuilder text = new StringBuilder();
        long threshold = session.server().settings().latencyThresholdMillis();
        if (threshold == 0) {
            text.append("Latency is not monitored. CONFIG SET latency-monitor-threshold <milliseconds> begins it.\n");
        }
        for (Event event : meter(session).events().all()) {
            double sum = event.samples().stream().mapToLong(Sample::millis).sum();
            text.append(event.name())
                    .append(": ")
                    .append(event.samples().size())
                    .append(" samples, mean ")
                    .append(Math.round(sum / event.samples().size()))
                    .append(" ms, longest ")
                    .append(event.longest())
                    .append(" ms. SLOWLOG GET shows the commands.\n");
        }
        if (text.isEmpty()) {
            text.append("No command has taken ").append(threshold).append(" ms or longer.\n");
        }
        session.out().verbatim(text.toString());
    }

    private static void graph(Session session, byte[][] args) {
        String name = Ascii.text(args[2]);
        List<Sample> samples = meter(session).events().samples(name);
        if (samples.isEmpty()) {
            throw new CommandException("ERR No samples available for event '" + name + "'");
        }
        List<Sample> shown = samples.subList(Math.max(0, samples.size() - GRAPH_WIDTH), samples.size());
        long high = shown.stream().mapToLong(Sample::millis).max().orElse(0);
        long low = shown.stream().mapToLong(Sample::millis).min().orElse(0);
        StringBuilder text = new StringBuilder(name + " - high " + high + " ms, low " + low + " ms\n");
        for (int row = GRAPH_HEIGHT; row > 0; row--) {
            for (Sample sample : shown) {
                text.append(sample.millis() * GRAPH_HEIGHT > (row - 1) * high ? '#' : ' ');
            }
            text.append('\n');
        }
        session.out().verbatim(text.toString());
    }
}
