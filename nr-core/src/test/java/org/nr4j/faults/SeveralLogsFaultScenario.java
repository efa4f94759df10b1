package org.nr4j.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.nr4j.AnswerLostException;
import org.nr4j.NrStats.ReplicaState;
import org.nr4j.WaitStrategy;
import org.nr4j.cnr.ConcurrentDispatch;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.LogSet;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Soak;

/**
 * The same as {@link FaultScenario} for operations of two logs: reads, and on a sole replica writes. Both parts of such
 * a write take effect, or none.
 */
public final class SeveralLogsFaultScenario implements Faults.Scenario {
    private static final Duration DEADLINE = Duration.ofSeconds(6);
    private static final WaitStrategy PARK_AT_ONCE = WaitStrategy.of(0, 0);
    private static final int LOGS = 2;
    private static final int BOTH = -1;
    private static final int STRIDE = Soak.stride(17);
    private static final int MOST_POINTS = 4_000;

    private final AtomicInteger ids = new AtomicInteger();
    private int replicas;
    private boolean sticky;
    private Instance instance;
    private volatile String fault;

    /** An operation of one part, or of {@link #BOTH}. A read has id 0. */
    private record Op(int part, int id) {}

    /** A list of writes for each log. An operation is answered with how many there are in the parts that it is of. */
    private static final class Parts implements ConcurrentDispatch<Op, Op, Integer> {
        final List<List<Integer>> parts = List.of(new ArrayList<>(), new ArrayList<>());

        @Override
        public Integer dispatch(Op op) {
            int size = 0;
            for (int part = 0; part < LOGS; part++) {
                size += op.part == BOTH || op.part == part ? parts.get(part).size() : 0;
            }
            return size;
        }

        @Override
        public Integer dispatchMut(Op op) {
            for (int part = 0; part < LOGS; part++) {
                if (op.part == BOTH || op.part == part) {
                    parts.get(part).add(op.id);
                }
            }
            return dispatch(op);
        }
    }

    /** An instance, its structures, the writes that have returned, and those of both parts. */
    private static final class Instance {
        final List<Parts> structures = Collections.synchronizedList(new ArrayList<>());
        final Set<Integer> done = Collections.synchronizedSet(new HashSet<>());
        final Set<Integer> ofBoth = Collections.synchronizedSet(new HashSet<>());
        final ConcurrentNodeReplicated<Op, Op, Integer> nr;

        Instance(int replicas) {
            nr = ConcurrentNodeReplicated.<Op, Op, Integer>builder(
                            () -> {
                                Parts parts = new Parts();
                                structures.add(parts);
                                return parts;
                            },
                            (op, logs) -> logsOf(op),
                            (op, logs) -> logsOf(op))
                    .logs(LOGS)
                    .replicas(replicas)
                    .logCapacity(16)
                    .waitStrategy(PARK_AT_ONCE)
                    .build();
        }

        private static LogSet logsOf(Op op) {
            return op.part == BOTH ? LogSet.all() : LogSet.one(op.part);
        }
    }

    @Override
    public void run(int replicas, boolean followed, boolean sticky) throws Exception {
        this.replicas = replicas;
        this.sticky = sticky;
        instance = new Instance(replicas);
        int cases = 0;
        for (boolean busy : new boolean[] {false, true}) {
            for (boolean write : replicas == 1 ? new boolean[] {false, true} : new boolean[] {false}) {
                int point = ThreadLocalRandom.current().nextInt(STRIDE);
                while (runCase(busy, write, point)) {
                    point += STRIDE;
                    cases++;
                    assertThat(point).as("points of an operation").isLessThan(MOST_POINTS);
                }
            }
        }
        instance.nr.close();
        assertThat(cases).isGreaterThan(200 / STRIDE);
    }

    /** True if the fault was met. */
    private boolean runCase(boolean busy, boolean write, int point) throws Exception {
        boolean[] stopped = {false};
        fault = null;
        ConcurrentRun run = new ConcurrentRun().deadline(DEADLINE).threads(1, i -> {
            Op op = new Op(BOTH, write ? ids.incrementAndGet() : 0);
            Faults.arm(point, sticky, ThreadLocalRandom.current().nextBoolean());
            try {
                call(stopped, () -> write ? instance.nr.executeMut(op) : instance.nr.execute(op), op);
            } finally {
                noteFault();
            }
        });
        if (busy) {
            run.threads(2, i -> goOn(stopped));
        }
        try {
            run.run();
            new ConcurrentRun()
                    .deadline(DEADLINE)
                    .threads(2, i -> goOn(stopped))
                    .run();
            check(stopped);
        } catch (AssertionError e) {
            throw new AssertionError(
                    "replicas=%d sticky=%s busy=%s write=%s point=%d fault=%s"
                            .formatted(replicas, sticky, busy, write, point, fault),
                    e);
        }
        if (stopped[0]) {
            instance = new Instance(replicas);
        }
        return fault != null;
    }

    /** Operations of both logs and of each, of a thread that meets no fault. */
    private void goOn(boolean[] stopped) throws Exception {
        for (int part = BOTH; part < LOGS; part++) {
            Op write = new Op(part, ids.incrementAndGet());
            call(stopped, () -> instance.nr.executeMut(write), write);
            Op read = new Op(part, 0);
            call(stopped, () -> instance.nr.execute(read), read);
        }
    }

    private void call(boolean[] stopped, Callable<Integer> operation, Op op) throws Exception {
        int doneBefore = instance.done.size();
        if (op.part == BOTH && op.id != 0) {
            instance.ofBoth.add(op.id);
        }
        try {
            Integer answer = operation.call();
            if (op.id != 0) {
                instance.done.add(op.id);
            } else if (op.part == BOTH) {
                assertThat(answer).isGreaterThanOrEqualTo(doneBefore);
            }
        } catch (VirtualMachineError | IllegalStateException e) {
            if (!noteFault() || !Faults.isInjected(e)) {
                boolean isStop = String.valueOf(e.getMessage()).contains("dispatchMut must not exhaust");
                assertThat(isStop || e instanceof AnswerLostException)
                        .as("an error of another thread's operation: %s", e)
                        .isTrue();
                stopped[0] = true;
            }
        }
    }

    /** Disarms the calling thread. True if it was the armed one and met the fault. */
    private boolean noteFault() {
        String met = Faults.disarm();
        if (met != null) {
            fault = met;
        }
        return met != null;
    }

    private void check(boolean[] stopped) {
        if (stopped[0]) {
            return;
        }
        instance.nr.sync();
        List<Parts> serving = instance.nr.stats().logs().get(0).replicas().stream()
                .filter(replica -> replica.state() == ReplicaState.SERVING)
                .map(replica -> instance.structures.get(replica.id()))
                .toList();
        assertThat(serving).isNotEmpty();
        List<List<Integer>> parts = serving.get(0).parts;
        assertThat(serving).extracting(each -> each.parts).containsOnly(parts);
        assertThat(parts).allSatisfy(part -> assertThat(part).doesNotHaveDuplicates());
        Set<Integer> first = new HashSet<>(parts.get(0));
        Set<Integer> second = new HashSet<>(parts.get(1));
        for (int id : instance.ofBoth) {
            assertThat(first.contains(id)).as("in both parts or none: %s", id).isEqualTo(second.contains(id));
        }
        first.addAll(second);
        assertThat(first).containsAll(instance.done);
    }
}
