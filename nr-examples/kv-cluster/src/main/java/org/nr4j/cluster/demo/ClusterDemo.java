package org.nr4j.cluster.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Starts three members, lets clients write, kills the leader, and draws what the clients saw. */
public final class ClusterDemo {
    private static final String HELP = """
            cluster-demo [--clients N] [--seconds N] [--kill-at SECONDS] [--rounds N]

            Starts three members on this machine. Clients write to all of them. The leader is killed (SIGKILL) and
            started again four seconds later. Then the demo compares what is stored with what clients were told.
              --clients 6    how many clients write
              --seconds 10   how long they do
              --kill-at 3    after how many seconds the leader dies
              --rounds 1     how often to do all this; several rounds print the median and the worst time
            The exit code is 1 if a write is missing that was acknowledged, or one is there twice.""";

    private static final long START_MILLIS = 90_000;
    private static final long RESTART_MILLIS = 4_000;
    private static final long SECOND = 1_000;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private int clients = 6;
    private long seconds = 10;
    private long killAt = 3;
    private int rounds = 1;
    private final List<Long> electionMillis = new ArrayList<>();
    private final List<Long> gapMillis = new ArrayList<>();
    private boolean sound = true;

    private ClusterDemo() {}

    /** Runs the demo. */
    public static void main(String[] args) throws IOException, InterruptedException {
        ClusterDemo demo = new ClusterDemo();
        if (!demo.parse(args)) {
            System.exit(2);
        }
        demo.run();
        System.exit(demo.sound ? 0 : 1);
    }

    private boolean parse(String[] args) {
        try {
            for (int i = 0; i < args.length; i += 2) {
                int value = args[i].equals("--help") ? 0 : Integer.parseInt(args[i + 1]);
                switch (args[i]) {
                    case "--clients" -> clients = value;
                    case "--seconds" -> seconds = value;
                    case "--kill-at" -> killAt = value;
                    case "--rounds" -> rounds = value;
                    case "--help" -> {
                        out.println(HELP);
                        return false;
                    }
                    default -> throw new IllegalArgumentException(args[i]);
                }
            }
            return true;
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.println("cluster-demo: a flag must be known and have a number: problem=" + e.getMessage()
                    + "; see cluster-demo --help");
            return false;
        }
    }

    private void run() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("nr4j-cluster-demo");
        List<MemberProcess> members = MemberProcess.startAll(3, directory, List.of());
        Thread ending = new Thread(() -> members.forEach(MemberProcess::close));
        Runtime.getRuntime().addShutdownHook(ending);
        try {
            out.println("starting three members, logs in " + directory);
            for (int i = 0; i < rounds && sound; i++) {
                round(members);
            }
            if (rounds > 1) {
                out.println("new leader after: " + summary(electionMillis));
                out.println("longest time without a write: " + summary(gapMillis));
            }
        } finally {
            members.forEach(MemberProcess::close);
            if (sound) {
                delete(directory);
            }
        }
    }

    private static String summary(List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        return "median " + sorted.get(sorted.size() / 2) + " ms, worst " + sorted.get(sorted.size() - 1) + " ms of "
                + sorted.size();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    private void round(List<MemberProcess> members) throws IOException, InterruptedException {
        MemberProcess leader = MemberProcess.leader(members, START_MILLIS);
        if (leader == null) {
            out.println("the members must elect a leader: seconds=" + START_MILLIS / SECOND + "; see their logs");
            sound = false;
            return;
        }
        awaitWritable(members);
        try (RespConnection connection = new RespConnection(leader.port(), (int) START_MILLIS)) {
            connection.call("FLUSHALL");
        }
        out.println("members "
                + String.join(" ", members.stream().map(MemberProcess::name).toList()) + ", leader " + leader.name()
                + "; " + clients + " clients write for " + seconds + " s");
        Timeline timeline = new Timeline(seconds * SECOND);
        AtomicBoolean stop = new AtomicBoolean();
        List<Writer> writers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            Writer writer = new Writer(i, members, timeline, stop);
            writers.add(writer);
            threads.add(new Thread(writer, "client-" + i));
        }
        threads.forEach(Thread::start);
        killAndRestart(members, leader, timeline);
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        report(members, timeline, writers);
    }

    /** Waits until each member takes writes. */
    private static void awaitWritable(List<MemberProcess> members) throws InterruptedException {
        for (MemberProcess member : members) {
            boolean ready = false;
            while (!ready && member.isAlive()) {
                try (RespConnection connection = new RespConnection(member.port(), (int) START_MILLIS)) {
                    ready = "OK".equals(connection.call("SET", "ready", member.name()));
                } catch (IOException e) {
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            }
        }
    }

    private void killAndRestart(List<MemberProcess> members, MemberProcess leader, Timeline timeline)
            throws IOException, InterruptedException {
        sleepUntil(timeline, killAt * SECOND);
        timeline.mark("leader " + leader.name() + " killed");
        long killed = timeline.millis();
        leader.kill();
        MemberProcess next = MemberProcess.leader(
                members.stream().filter(member -> member != leader).toList(), seconds * SECOND);
        if (next != null) {
            electionMillis.add(timeline.millis() - killed);
            timeline.mark("new leader " + next.name() + " after " + (timeline.millis() - killed) + " ms");
        }
        sleepUntil(timeline, killed + RESTART_MILLIS);
        timeline.mark(leader.name() + " started again");
        leader.start();
        sleepUntil(timeline, seconds * SECOND);
    }

    private static void sleepUntil(Timeline timeline, long millis) throws InterruptedException {
        long left = millis - timeline.millis();
        if (left > 0) {
            TimeUnit.MILLISECONDS.sleep(left);
        }
    }

    // ---- the report ----

    private void report(List<MemberProcess> members, Timeline timeline, List<Writer> writers)
            throws IOException, InterruptedException {
        out.println();
        out.println("writes in each 0.1 s (! = a client saw an error)");
        timeline.draw().forEach(out::println);
        gapMillis.add(timeline.longestGapMillis());
        int ok = 0;
        int unknown = 0;
        int retried = 0;
        long longest = 0;
        for (Writer writer : writers) {
            ok += writer.acknowledged();
            unknown += writer.unknown();
            retried += writer.retried();
            longest = Math.max(longest, writer.longestMillis());
        }
        out.println();
        out.printf("clients saw: %d ok, %d retried since they had not run, %d unknown%n", ok, retried, unknown);
        out.printf(
                "longest time without a write: %d ms; longest command: %d ms%n", timeline.longestGapMillis(), longest);
        out.println("commands an entry of the log: " + commandsAnEntry(members));
        compare(members, writers, ok, unknown);
        out.println();
    }

    private static String commandsAnEntry(List<MemberProcess> members) throws InterruptedException {
        MemberProcess leader = MemberProcess.leader(members, START_MILLIS);
        return leader == null ? "?" : leader.info("cluster_commands_an_entry");
    }

    private void compare(List<MemberProcess> members, List<Writer> writers, int ok, int unknown)
            throws IOException, InterruptedException {
        int missing = 0;
        int twice = 0;
        int unknownThere = 0;
        int strange = 0;
        for (Writer writer : writers) {
            List<?> stored = read(members, writer.key());
            if (stored == null) {
                out.println("a member must answer within " + START_MILLIS / SECOND + " s; see the logs");
                sound = false;
                return;
            }
            Writer.Verdict verdict = writer.compare(stored);
            missing += verdict.missing();
            twice += verdict.twice();
            unknownThere += verdict.unknownThere();
            strange += verdict.strange();
        }
        out.printf(
                "compared: of %d acknowledged writes %d are missing, %d are there twice; of %d unknown ones %d are there%n",
                ok, missing, twice, unknown, unknownThere);
        sound = missing == 0 && twice == 0 && strange == 0;
        out.println(
                sound ? "every acknowledged write is there, once" : "WRONG: the cluster has lost or repeated writes");
    }

    /** Reads a list by a linearizable read of any member that answers. */
    private static @Nullable List<?> read(List<MemberProcess> members, String key) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
        while (System.nanoTime() - end < 0) {
            for (MemberProcess member : members) {
                try (RespConnection connection = new RespConnection(member.port(), (int) START_MILLIS)) {
                    if (connection.call("LRANGE", key, "0", "-1") instanceof List<?> list) {
                        return list;
                    }
                } catch (IOException e) {
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            }
        }
        return null;
    }
}
