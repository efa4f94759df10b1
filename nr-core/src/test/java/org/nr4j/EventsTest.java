package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.Journal.append;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.NrStats.ReplicaState;
import org.nr4j.linearizability.Command;
import org.nr4j.topology.NumaTopology;

/** Checks the events of an instance in a flight recording. */
@Timeout(120)
class EventsTest {
    private static final String[] FREQUENT = {"Combine", "LogFull", "Help"};

    @TempDir
    private Path directory;

    /** Something that makes events. */
    private interface Scenario {
        void run(NodeReplicated<Command<Journal>, Command<Journal>, Object> journal) throws Exception;
    }

    // ---- events that come often ----

    @Test
    void combine_everyRoundWithItsReplicaAndItsOperations() throws Exception {
        List<RecordedEvent> events = record(List.of("Combine"), builder(), journal -> {
            try (var token = journal.register(1)) {
                token.executeMut(append("one"));
                token.executeMutAll(List.of(append("two"), append("three"), append("four")));
            }
            journal.sync();
        });

        List<RecordedEvent> rounds = named("Combine", events).stream()
                .filter(event -> event.getInt("operations") > 0)
                .toList();
        assertThat(rounds).extracting(event -> event.getInt("operations")).containsExactly(1, 3);
        assertThat(rounds).allMatch(event -> event.getInt("replica") == 1);
        assertThat(rounds).allMatch(event -> !event.getDuration().isNegative());
    }

    @Test
    void logFullAndHelp_theOneThatWaitedAndTheOneThatWasHelped() throws Exception {
        List<RecordedEvent> events = record(List.of(FREQUENT), builder().logCapacity(1), journal -> {
            try (var token = journal.register(0)) {
                token.executeMut(append("fills the log"));
                token.executeMut(append("has to wait for replica 1"));
            }
            assertThat(journal.stats().helps()).isEqualTo(1);
        });

        assertThat(named("LogFull", events)).singleElement().matches(event -> event.getInt("replica") == 0);
        assertThat(named("Help", events)).singleElement().matches(event -> event.getInt("replica") == 1);
        RecordedEvent help = named("Help", events).get(0);
        RecordedEvent logFull = named("LogFull", events).get(0);
        assertThat(help.getStartTime()).as("helped while it waited").isAfterOrEqualTo(logFull.getStartTime());
        assertThat(help.getEndTime()).isBeforeOrEqualTo(logFull.getEndTime());
    }

    @Test
    void logFull_followerBehind_theWriterThatWaited() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        List<RecordedEvent> events = record(List.of("LogFull"), builder().replicas(1), journal -> {
            journal.follow(
                    (index, writes) -> goOn.await(), FollowerOptions.defaults().maxLag(1));
            Thread opener = new Thread(() -> {
                Gate.awaitTrue(() -> journal.stats().waits().behind() > 0, "no writer waited for the follower");
                goOn.countDown();
            });
            opener.start();
            for (int i = 0; i < 5; i++) {
                journal.executeMut(append(i));
            }
            opener.join();
        });

        assertThat(named("LogFull", events)).isNotEmpty().allMatch(event -> event.getInt("replica") == 0);
    }

    @Test
    void frequentEvents_notAskedFor_areOff() throws Exception {
        List<RecordedEvent> events = record(List.of(), builder().logCapacity(1), journal -> {
            for (int i = 0; i < 10; i++) {
                journal.executeMut(append(i));
            }
            assertThat(journal.stats().helps()).isPositive();
            journal.removeReplica(1); // an event that is on, so that we know that the recording works
        });

        for (String name : FREQUENT) {
            assertThat(named(name, events)).as(name).isEmpty();
        }
        assertThat(named("ReplicaRemoved", events)).hasSize(1);
    }

    @Test
    void frequentEvents_nobodyRecords_areNotEnabled() {
        try (var journal = builder().logCapacity(1).build()) {
            journal.executeMut(append("loads the events' classes"));
            journal.executeMut(append("waits and helps"));

            assertThat(FlightRecorder.getFlightRecorder().getEventTypes())
                    .filteredOn(type -> List.of("org.nr4j.Combine", "org.nr4j.LogFull", "org.nr4j.Help")
                            .contains(type.getName()))
                    .hasSize(3)
                    .noneMatch(EventType::isEnabled);
        }
    }

    // ---- events that say that something changed: on by default ----

    @Test
    void replicaAddedAndRemoved_numberNodeAndIndex() throws Exception {
        List<RecordedEvent> events = record(List.of(), builder(), journal -> {
            journal.executeMut(append("before"));
            journal.executeMut(append("before"));
            assertThat(journal.addReplica(1)).isEqualTo(2);
            journal.removeReplica(0);
        });

        assertThat(named("ReplicaAdded", events))
                .singleElement()
                .matches(event -> event.getInt("replica") == 2)
                .matches(event -> event.getInt("node") == 1)
                .matches(event -> event.getLong("index") == 2);
        assertThat(named("ReplicaRemoved", events)).singleElement().matches(event -> event.getInt("replica") == 0);
    }

    @Test
    void replicaChanges_thatAreRefused_noEvent() throws Exception {
        List<RecordedEvent> events = record(List.of(), builder().replicas(1), journal -> {
            assertThatThrownBy(() -> journal.addReplica(9)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> journal.removeReplica(0)).isInstanceOf(IllegalStateException.class);
        });

        assertThat(named("ReplicaAdded", events)).isEmpty();
        assertThat(named("ReplicaRemoved", events)).isEmpty();
    }

    @Test
    void replicaQuarantined_replicaAndError_andItIsAddedAgain() throws Exception {
        List<RecordedEvent> events = record(List.of(), builder(), journal -> {
            try (var token = journal.register(0)) {
                token.executeMut(exhaustStackOf(1));
            }
            journal.sync(); // replica 1 applies it
            awaitRebuilt(journal);
        });

        assertThat(named("ReplicaQuarantined", events))
                .singleElement()
                .matches(event -> event.getInt("replica") == 1)
                .matches(event -> event.getString("error").equals("java.lang.StackOverflowError: simulated"));
        assertThat(named("ReplicaAdded", events))
                .singleElement()
                .matches(event -> event.getInt("replica") == 1)
                .matches(event -> event.getInt("node") == 1)
                .matches(event -> event.getLong("index") == 1);
    }

    @Test
    void followerDropped_threw_nameIndexAndReason() throws Exception {
        List<RecordedEvent> events = record(List.of(), builder(), journal -> {
            Follower follower = journal.follow(
                    (index, writes) -> {
                        throw new IOException("the disk is full");
                    },
                    FollowerOptions.defaults().name("disk"));
            journal.executeMut(append("one"));
            assertThatThrownBy(() -> follower.ended().get()).isInstanceOf(ExecutionException.class);
        });

        assertThat(named("FollowerDropped", events))
                .singleElement()
                .matches(event -> event.getString("follower").equals("disk"))
                .matches(event -> event.getLong("index") == 0)
                .matches(event -> event.getString("reason").equals("java.io.IOException: the disk is full"));
    }

    @Test
    void followerDropped_fellBehind_nameIndexAndReason() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        List<RecordedEvent> events = record(List.of(), builder(), journal -> {
            FollowerOptions options =
                    FollowerOptions.defaults().name("slow").maxLag(2).dropWhenBehind();
            Follower follower = journal.follow((index, writes) -> goOn.await(), options);
            for (int i = 0; i < 20; i++) {
                journal.executeMut(append(i));
            }
            goOn.countDown();
            assertThatThrownBy(() -> follower.ended().get()).hasCauseInstanceOf(FollowerDroppedException.class);
        });

        assertThat(named("FollowerDropped", events))
                .singleElement()
                .matches(event -> event.getString("follower").equals("slow"))
                .matches(event -> event.getLong("index") < 20)
                .matches(event -> event.getString("reason").contains("a follower must stay within maxLag"));
    }

    @Test
    void followerThatIsClosedOrFinishes_noEvent() throws Exception {
        List<RecordedEvent> events = record(List.of(), builder(), journal -> {
            Follower closed = journal.follow((index, writes) -> {});
            Follower finished = journal.follow((index, writes) -> {});
            journal.executeMut(append("one"));
            closed.close();
            finished.finish();
            finished.ended().get();
        });

        assertThat(named("FollowerDropped", events)).isEmpty();
    }

    @Test
    void replicasDiffer_eachThatDiffersWithTheIndex() throws Exception {
        List<RecordedEvent> events = record(List.of(), builder().replicas(4), journal -> {
            journal.executeMut(append("one"));
            journal.executeMut(Journal.write(j -> j.add(j.replica % 2 == 0 ? "even" : "odd")));
            journal.executeMut(append("three"));
            assertThatThrownBy(() -> journal.verify((Journal j) -> List.copyOf(j.entries)))
                    .isInstanceOf(ReplicasDifferException.class);
        });

        assertThat(named("ReplicasDiffer", events))
                .extracting(event -> event.getInt("replica"))
                .containsExactly(1, 3);
        assertThat(named("ReplicasDiffer", events)).allMatch(event -> event.getLong("index") == 3);
    }

    // ---- about all of them ----

    @Test
    void events_areInOneCategoryAndTakeNoStackTraces() throws Exception {
        List<RecordedEvent> events = record(List.of(FREQUENT), builder().logCapacity(1), journal -> {
            for (int i = 0; i < 3; i++) {
                journal.executeMut(append(i));
            }
            journal.addReplica(0);
            journal.removeReplica(0);
        });

        List<RecordedEvent> ours = events.stream().filter(EventsTest::isOurs).toList();
        assertThat(ours)
                .extracting(event -> event.getEventType().getName())
                .contains("org.nr4j.Combine", "org.nr4j.LogFull", "org.nr4j.Help")
                .contains("org.nr4j.ReplicaAdded", "org.nr4j.ReplicaRemoved");
        assertThat(ours).allSatisfy(event -> {
            assertThat(event.getEventType().getCategoryNames()).containsExactly("nr4j");
            assertThat(event.getEventType().getLabel()).isNotEmpty();
            assertThat(event.getStackTrace()).isNull();
        });
    }

    // ---- tools ----

    private static NodeReplicated.Builder<Command<Journal>, Command<Journal>, Object> builder() {
        AtomicInteger ids = new AtomicInteger();
        return NodeReplicated.builder(() -> new Journal(ids.getAndIncrement()))
                .topology(NumaTopology.simulated(2, 1))
                .copier((Journal journal) -> {
                    Journal copy = new Journal(ids.getAndIncrement());
                    copy.entries.addAll(journal.entries);
                    return copy;
                });
    }

    /** What a recording has that asks for some events, and otherwise leaves all as they are by default. */
    private List<RecordedEvent> record(
            List<String> enabled,
            NodeReplicated.Builder<Command<Journal>, Command<Journal>, Object> builder,
            Scenario scenario)
            throws Exception {
        Path file = Files.createTempFile(directory, "events", ".jfr");
        try (Recording recording = new Recording()) {
            enabled.forEach(name -> recording.enable("org.nr4j." + name).withoutThreshold());
            recording.start();
            try (var journal = builder.build()) {
                scenario.run(journal);
            }
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file);
    }

    private static List<RecordedEvent> named(String name, List<RecordedEvent> events) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("org.nr4j." + name))
                .toList();
    }

    private static boolean isOurs(RecordedEvent event) {
        return event.getEventType().getName().startsWith("org.nr4j.");
    }

    /** A write that one replica cannot bear, while the others append. */
    private static Command<Journal> exhaustStackOf(int replica) {
        return Journal.write(journal -> {
            if (journal.replica == replica) {
                throw new StackOverflowError("simulated");
            }
            return journal.add("heavy");
        });
    }

    private static void awaitRebuilt(NodeReplicated<?, ?, ?> journal) {
        Gate.awaitTrue(
                () -> journal.replicas() == 2
                        && journal.stats().replicas().stream()
                                .allMatch(replica -> replica.state() == ReplicaState.SERVING),
                "replica 1 was not rebuilt: " + journal.stats().replicas());
    }
}
