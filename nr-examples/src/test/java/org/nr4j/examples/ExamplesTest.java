package org.nr4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.topology.NumaTopology;

/** Runs each example as its reader would, and checks what it prints. */
@Timeout(120)
class ExamplesTest {
    private static final String[] NO_ARGUMENTS = {};

    @Test
    void hashMap() throws Exception {
        assertThat(Printed.by(() -> HashMapExample.main(NO_ARGUMENTS)))
                .containsExactly("the: 6", "log: 3", "lock: 0", "forgot a, seen 2 times", "different words: 9");
    }

    @Test
    void partitionedMap() throws Exception {
        assertThat(Printed.by(() -> PartitionedMapExample.main(NO_ARGUMENTS)))
                .containsExactly("the sum was the same at all times: true", "sum: 10000");
    }

    @Test
    void logsHashMap() throws Exception {
        assertThat(Printed.by(() -> LogsHashMapExample.main(NO_ARGUMENTS)))
                .containsExactly("no count was seen twice or not at all: true", "lock: 1, in all: 7");
    }

    @Test
    void concurrentReplicatedMap() throws Exception {
        assertThat(Printed.by(() -> ConcurrentReplicatedMapExample.main(NO_ARGUMENTS)))
                .containsExactly("hits: 2000 on 4 pages", "price lists seen half published: 0", "price of home: 1000");
    }

    @Test
    void logsOrderedSet() throws Exception {
        assertThat(Printed.by(() -> LogsOrderedSetExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "taken: [998]",
                        "taken again: []",
                        "the group was seen together at all times: true",
                        "it sits at: [2998, 2999, 3000]",
                        "a look at some seats is of: LogSet[1], at those about the edge of a block of: LogSet[1, 2]");
    }

    @Test
    void logsStack() throws Exception {
        assertThat(Printed.by(() -> LogsStackExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "depth: 2000, sum pushed: 2001000",
                        "on top of the first: 1000",
                        "and put back: 1000",
                        "depth: 0, sum popped: 2001000",
                        "taken from the stacks of others: 2000");
    }

    @Test
    void nrFs() throws Exception {
        assertThat(Printed.by(() -> NrFsExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "letters done: 1000, moved once each: true",
                        "letters found half written: 0",
                        "letters never grew fewer while they moved: true",
                        "archived: [today] with 1000",
                        "refused: FileSystemException: /archive -> /archive/today/below: a directory must not be moved"
                                + " to a place below itself",
                        "refused: DirectoryNotEmptyException: /archive",
                        "refused: NoSuchFileException: /done: there must be such a file or directory",
                        "an index of 1099511627786 bytes, of which 4096 are stored");
    }

    @Test
    void stack() throws Exception {
        assertThat(Printed.by(() -> StackExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "depth: 4000, sum pushed: 8002000",
                        "depth: 0, sum popped: 8002000",
                        "threads that met the empty stack: 4");
    }

    @Test
    void orderedSet() throws Exception {
        assertThat(Printed.by(() -> OrderedSetExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "taken: [1]",
                        "taken again: []",
                        "the group was seen together at all times: true",
                        "it sits at: [5001, 5002, 5003]");
    }

    @Test
    void priorityQueue() throws Exception {
        assertThat(Printed.by(() -> PriorityQueueExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "next: Task[priority=0, number=3]",
                        "tasks done: 300",
                        "different tasks: 300",
                        "each worker got its tasks in order: true",
                        "left: Optional.empty");
    }

    @Test
    void lruCache() throws Exception {
        assertThat(Printed.by(() -> LruCacheExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "one -> 3 letters",
                        "two -> 3 letters",
                        "three -> 5 letters",
                        "one -> 3 letters (hit)",
                        "four -> 4 letters",
                        "kept: [three, one, four]",
                        "has two: false");
    }

    @Test
    void routingTable() throws Exception {
        assertThat(Printed.by(() -> RoutingTableExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "10.1.2.3 -> Optional[lab]",
                        "10.1.9.9 -> Optional[east]",
                        "10.200.0.1 -> Optional[core]",
                        "11.0.0.1 -> Optional.empty",
                        "within 10.1.0.0/16: [east, lab]",
                        "packets without a route while it changed: 0");
    }

    @Test
    void lambda() throws Exception {
        assertThat(Printed.by(() -> LambdaExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "transfers seen half done: 0",
                        "sum in the end: 1000",
                        "overdrawn: false",
                        "two first accounts: [0, 1]",
                        "transfer of more than there is: false");
    }

    @Test
    void replicatedMap() throws Exception {
        assertThat(Printed.by(() -> ReplicatedMapExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "bread sold: 3000",
                        "sold in all: 9000",
                        "price on day 150: 220",
                        "changes from day 50 on: [100, 300]",
                        "forgotten: 1, kept: [100, 300]",
                        "price on day 150: 220");
    }

    @Test
    void keyValueStore() throws Exception {
        assertThat(Printed.by(() -> KeyValueStoreExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "transferred: true, again with an old balance: false, now 30 and 90",
                        "orders of a week: 70, the latest of all: order/2026-11-30/9",
                        "forgotten: 70",
                        "session of anna, extended: true",
                        "still cached: [page/help]",
                        "the copy is equal: true",
                        "and now: false; accounts: true, that day's orders: false");
    }

    @Test
    void durableStore() throws Exception {
        assertThat(Printed.by(() -> DurableStoreExample.main(NO_ARGUMENTS)))
                .contains(
                        "accounts: 20, money: 20000",
                        "transfers: 200",
                        "not on the disk yet: 0, failure: null",
                        "after opening again, money: 20000, the same: true",
                        "cut off after a crash: 0 bytes")
                .anyMatch(line -> line.matches("written: [1-9]\\d* bytes in [1-9]\\d* syncs, .*"))
                .anyMatch(line -> line.startsWith("recovered: 20 entries of "))
                .hasSize(7);
    }

    @Test
    void durableStore_directoryOfAnEarlierRun_goesOnWithItsAccounts(@TempDir Path directory) throws Exception {
        Printed.by(() -> DurableStoreExample.main(new String[] {directory.toString()}));

        assertThat(Printed.by(() -> DurableStoreExample.main(new String[] {directory.toString()})))
                .contains("accounts: 20, money: 20000", "after opening again, money: 20000, the same: true");
        assertThat(directory).isNotEmptyDirectory();
    }

    @Test
    void reconcile() throws Exception {
        assertThat(Printed.by(() -> ReconcileExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "entries received: 2, frames sent: at most 4: true, less than 4 kB: true",
                        "user/17 in the east: changed in the west, later",
                        "both are equal: true",
                        "the mirror is equal: true, written: 20001, removed: 1",
                        "the mirror is equal: true, written: 0, removed: 1",
                        "the mirror has the deleted user: false");
    }

    @Test
    void standby() throws Exception {
        assertThat(Printed.by(() -> StandbyExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "the standby has all writes: true",
                        "the stores are equal: true",
                        "tickets sold: 1500",
                        "the standby takes over, next ticket: 1501");
    }

    @Test
    void pinnedThreads() throws Exception {
        List<String> lines = Printed.by(() -> PinnedThreadsExample.main(NO_ARGUMENTS));
        assertThat(lines).anyMatch(line -> line.startsWith("placement: ")).endsWith("all increments counted: true");
    }

    @Test
    void pinnedThreads_twoNodes_eachReplicaServesItsNode() throws Exception {
        assertThat(Printed.by(() -> PinnedThreadsExample.run(NumaTopology.simulated(2, 1))))
                .contains("threads on each replica: [2, 2]", "all increments counted: true");
    }

    @Test
    void virtualThreads() throws Exception {
        List<String> lines = Printed.by(() -> VirtualThreadsExample.main(NO_ARGUMENTS));
        if (Runtime.version().feature() < 21) {
            assertThat(lines).singleElement().asString().startsWith("virtual threads need JDK 21 or later");
        } else {
            assertThat(lines)
                    .containsExactly(
                            "all threads done: true", "reads that missed the thread's own write: 0", "hits: 10000");
        }
    }

    @Test
    void asyncWrites() throws Exception {
        assertThat(Printed.by(() -> AsyncWritesExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "last line: 9999",
                        "in the order of submission: true",
                        "refused: a measurement must be at most 1000000: value=1000001; check the sensor");
    }

    @Test
    void follower() throws Exception {
        assertThat(Printed.by(() -> FollowerExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "the listener heard [tea, salt, tea] and ended before write 3",
                        "the copy is equal after 4003 writes: true",
                        "the slow line was dropped: true",
                        "it began anew from a snapshot and is equal: true");
    }

    @Test
    void livingReplicas() throws Exception {
        assertThat(Printed.by(() -> LivingReplicasExample.main(NO_ARGUMENTS)))
                .containsExactly(
                        "added: replica 1, there are 2",
                        "the snapshot has just the writes it says: true",
                        "replicas are equal: true",
                        "a read that does not wait says how old it is: true",
                        "removed: replica 0, left: [1]",
                        "writes counted: 80000 of 80000",
                        "refused: one replica must stay: replica=1 replicas=[1];"
                                + " add another one first, or close the instance");
    }

    @Test
    void micrometer() throws Exception {
        List<String> lines = Printed.by(() -> MicrometerExample.main(NO_ARGUMENTS));

        assertThat(lines)
                .startsWith("after 1000 writes")
                .contains("replica 0 removed, another one and a follower added")
                .contains("  nr4j.writes 1000", "  nr4j.batches 1000", "  nr4j.log.capacity 4096");
        assertThat(lines.stream().filter(line -> line.contains("nr4j.replica.lag")))
                .containsExactly(
                        "  nr4j.replica.lag{node=0, replica=0} 0",
                        "  nr4j.replica.lag{node=1, replica=1} 0",
                        "  nr4j.replica.lag{node=1, replica=1} 0",
                        "  nr4j.replica.lag{node=1, replica=2} 0");
        assertThat(lines).endsWith("  nr4j.writes 1000").contains("  nr4j.follower.lag{follower=listener} 0");
    }

    @Test
    void ycsb() throws Exception {
        List<String> lines =
                Printed.by(() -> Ycsb.main(new String[] {"--records=100", "--operations=100", "--workloads=c"}));

        assertThat(lines).contains("100 records inserted; all are there, of 1,000 bytes each: yes");
    }
}
