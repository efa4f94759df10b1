package org.nr4j.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.cluster.demo.MemberProcess;
import org.nr4j.cluster.demo.RespConnection;
import org.nr4j.linearizability.Command;
import org.nr4j.linearizability.HistoryRecorder;
import org.nr4j.linearizability.LinearizabilityChecker;
import org.nr4j.linearizability.Maps;

/** Three members as processes, and what may happen to them. KS numbers are faults that another store had. */
@Tag("processes")
@Timeout(240)
class ClusterFaultsTest {
    private static final long MILLIS = 60_000;

    /** Of all clients together, before, between and after the faults. */
    private static final int LEAST_OPERATIONS = 300;

    @TempDir
    Path directory;

    private List<MemberProcess> members = List.of();

    @BeforeEach
    void start() throws Exception {
        members = MemberProcess.startAll(
                3, directory, List.of("--cluster-snapshot-entries", "200", "--cluster-timeout", "3000"));
        for (MemberProcess member : members) {
            awaitWritable(member);
        }
    }

    @AfterEach
    void end() {
        members.forEach(MemberProcess::close);
    }

    private static void awaitWritable(MemberProcess member) throws Exception {
        eventually(() -> "OK".equals(call(member, "SET", "ready", member.name())));
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void eventually(Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS);
        boolean holds = false;
        while (!holds && System.nanoTime() - end < 0) {
            try {
                holds = condition.holds();
            } catch (IOException e) {
                holds = false;
            }
            if (!holds) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        assertThat(holds).isTrue();
    }

    private static Object call(MemberProcess member, String... command) throws IOException {
        try (RespConnection connection = new RespConnection(member.port(), 10_000)) {
            return connection.call(command);
        }
    }

    private MemberProcess leader() throws InterruptedException {
        return Objects.requireNonNull(MemberProcess.leader(members, MILLIS), "no leader");
    }

    private List<MemberProcess> othersThan(MemberProcess member) {
        return members.stream().filter(each -> each != member).toList();
    }

    private static long operations(List<RecordingClient> clients) {
        return clients.stream().mapToLong(client -> client.done.sum()).sum();
    }

    @Test
    void historyUnderKillsPausesAndTransfer_isLinearizable() throws Exception {
        HistoryRecorder<Command<Map<Integer, Integer>>, Object> recorder = new HistoryRecorder<>();
        AtomicBoolean stop = new AtomicBoolean();
        List<RecordingClient> clients = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(new RecordingClient(members, recorder, stop, 20 + i));
            threads.add(new Thread(clients.get(i), "client-" + i));
        }
        assertThat(call(leader(), "FLUSHALL")).isEqualTo("OK");
        threads.forEach(Thread::start);
        TimeUnit.SECONDS.sleep(1);
        MemberProcess killed = leader();
        killed.kill();
        assertThat(MemberProcess.leader(othersThan(killed), MILLIS)).isNotNull();
        TimeUnit.SECONDS.sleep(1);
        killed.start();
        awaitWritable(killed);
        MemberProcess paused = leader();
        paused.signal("STOP");
        TimeUnit.SECONDS.sleep(2);
        paused.signal("CONT");
        TimeUnit.SECONDS.sleep(1);
        call(othersThan(leader()).get(0), "CLUSTER", "FAILOVER");
        try {
            eventually(() -> operations(clients) >= LEAST_OPERATIONS);
        } finally {
            stop.set(true);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long unknown =
                clients.stream().mapToLong(client -> client.unknown.sum()).sum();
        System.out.println("history: operations=" + operations(clients) + " unknown=" + unknown);
        LinearizabilityChecker.of(Maps.model())
                .partitionedBy(Command::partition)
                .assertLinearizable(recorder.history());
    }

    @Test
    void ks17_writeWithoutAMajority_failsAndIsNeverAcknowledged() throws Exception {
        MemberProcess alone = leader();
        othersThan(alone).forEach(MemberProcess::kill);

        long began = System.nanoTime();
        Object reply = call(alone, "SET", "lost", "1");
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        Object later = call(alone, "SET", "lost", "2");
        Object read = call(alone, "GET", "ready");

        assertThat(reply).isInstanceOf(RespConnection.Failure.class).asString().containsAnyOf("UNKNOWN", "CLUSTERDOWN");
        assertThat(millis).isLessThan(9_000);
        assertThat(later).isInstanceOf(RespConnection.Failure.class).asString().containsAnyOf("UNKNOWN", "CLUSTERDOWN");
        assertThat(read).isInstanceOf(RespConnection.Failure.class).asString().contains("CLUSTERDOWN");
        try (RespConnection stale = new RespConnection(alone.port(), 5_000)) {
            assertThat(stale.call("READONLY")).isEqualTo("OK");
            assertThat(stale.call("GET", "ready"))
                    .as("ks18: a stale read, by request only")
                    .isNotNull();
        }
        assertThat(alone.info("cluster_state")).isEqualTo("fail");
    }

    @Test
    void ks15Ks17Ks20_acknowledgedWrites_outliveEachLeaderAndARestartOfAll() throws Exception {
        for (int i = 0; i < 2; i++) {
            MemberProcess leader = leader();
            assertThat(call(othersThan(leader).get(0), "RPUSH", "acknowledged", "before" + i))
                    .isInstanceOf(Long.class);
            leader.kill();
            MemberProcess next = Objects.requireNonNull(MemberProcess.leader(othersThan(leader), MILLIS));
            eventually(() -> call(next, "LRANGE", "acknowledged", "0", "-1") instanceof List<?> list
                    && list.get(list.size() - 1).equals("before" + (list.size() - 1)));
            leader.start();
            awaitWritable(leader);
        }
        long term = Long.parseLong(leader().info("cluster_term"));
        members.forEach(MemberProcess::kill);
        for (MemberProcess member : members) {
            member.start();
        }
        for (MemberProcess member : members) {
            awaitWritable(member);
            assertThat(call(member, "LRANGE", "acknowledged", "0", "-1")).isEqualTo(List.of("before0", "before1"));
            assertThat(Long.parseLong(member.info("cluster_term")))
                    .as("the term is on the disk")
                    .isGreaterThanOrEqualTo(term);
        }
    }

    @Test
    void ks19_memberThatLostItsDisk_getsASnapshot_andTheLogIsPurged() throws Exception {
        MemberProcess leader = leader();
        MemberProcess empty = othersThan(leader).get(0);
        empty.kill();
        // Ratis purges whole files of 4 MiB.
        String longValue = "x".repeat(200_000);
        try (RespConnection connection = new RespConnection(leader.port(), 10_000)) {
            for (int i = 0; i < 60; i++) {
                assertThat(connection.call("SET", "long" + i, longValue)).isEqualTo("OK");
            }
            for (int i = 0; i < 500; i++) {
                assertThat(connection.call("INCR", "counter")).isEqualTo(i + 1L);
            }
        }
        eventually(() -> Long.parseLong(leader.info("cluster_snapshot_index")) > 400);
        try (Stream<Path> files = Files.walk(directory.resolve(empty.name()))) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
        empty.start();
        awaitWritable(empty);
        // The leader believes that the member has what it had. A new leader asks it.
        MemberProcess third = othersThan(leader).stream()
                .filter(each -> each != empty)
                .findFirst()
                .orElseThrow();
        call(third, "CLUSTER", "FAILOVER");

        eventually(() -> "500".equals(call(empty, "GET", "counter")));
        assertThat(Long.parseLong(empty.info("cluster_snapshots_installed"))).isPositive();
    }

    @Test
    void followers_takeWrites_serveWaitingClients_andTellTheTime() throws Exception {
        List<MemberProcess> followers = othersThan(leader());
        Thread pushing = new Thread(() -> {
            try {
                TimeUnit.MILLISECONDS.sleep(500);
                call(followers.get(1), "RPUSH", "list", "element");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        pushing.start();
        assertThat(call(followers.get(0), "BLPOP", "list", "20")).isEqualTo(List.of("list", "element"));
        pushing.join();
        assertThat(call(followers.get(1), "LLEN", "list")).isEqualTo(0L);

        assertThat(call(followers.get(0), "SET", "short", "1", "PX", "300")).isEqualTo("OK");
        TimeUnit.MILLISECONDS.sleep(900);
        for (MemberProcess member : members) {
            eventually(() -> call(member, "GET", "short") == null);
        }
        assertThat(call(followers.get(0), "EVAL", "return redis.call('incr', KEYS[1])", "1", "n"))
                .isEqualTo(1L);
        assertThat(call(followers.get(1), "GET", "n")).isEqualTo("1");
        assertThat(call(followers.get(1), "CONFIG", "SET", "maxmemory-policy", "allkeys-lru"))
                .isInstanceOf(RespConnection.Failure.class);
    }
}
