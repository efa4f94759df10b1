package org.nr4j.cluster;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.cluster.ClusterException;

/**
 * The calls of this member's clients on their way into the log. Calls that wait are joined into one proposal. A
 * proposal is sent to the leader again and again until it is decided on, or its time is over; the members apply it
 * once. Its answers come with the leader's reply, or when this member itself applies the entry. Guarded by this.
 */
final class Proposals {
    private static final Logger LOGGER = System.getLogger(Proposals.class.getName());

    /** How many proposals wait for an answer at a time. Few, so that the others are joined meanwhile. */
    private static final int MOST_IN_FLIGHT = 2;

    private static final int MOST_CALLS = 1_000;

    /** From so many bytes on, a proposal takes no more calls. */
    private static final int ENOUGH_BYTES = 1 << 20;

    private static final long RETRY_MILLIS = 20;

    private final String member;
    private final String resp;
    private final String http;
    private final byte[] firstCall;
    private final long timeoutNanos;
    private final Link link;
    private final Members members;
    private final Figures figures;
    private final ScheduledExecutorService timer;

    private final Deque<Call> queue = new ArrayDeque<>();
    private final TreeMap<Long, Pending> inFlight = new TreeMap<>();
    private long run = System.currentTimeMillis();
    private long nextSequence;

    /** Whether the cluster has accepted this run. Only then can calls be proposed. */
    private boolean begun;

    private boolean closed;

    Proposals(
            Names names,
            byte[] firstCall,
            long timeoutMillis,
            Link link,
            RaftState state,
            Figures figures,
            ScheduledExecutorService timer) {
        this.member = names.member;
        this.resp = names.resp;
        this.http = names.http;
        this.firstCall = firstCall;
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        this.link = link;
        this.members = state.members();
        this.figures = figures;
        this.timer = timer;
    }

    /** How others know this member. */
    record Names(String member, String resp, String http) {}

    /** A call that waits for its answer. */
    private record Call(byte[] bytes, int commands, long deadline, CompletableFuture<byte[]> answer) {}

    /** A proposal that waits for its answers. */
    private static final class Pending {
        final long sequence;
        final List<Call> calls;
        final boolean begins;

        /** When it is given up, by {@link System#nanoTime}. */
        final long deadline;

        byte[] encoded = {};
        int attempt;

        @Nullable
        RaftPeerId target;

        /** Whether it has been sent to anybody, so that it may be in the log. */
        boolean sent;

        Pending(long sequence, List<Call> calls, boolean begins, long deadline) {
            this.sequence = sequence;
            this.calls = calls;
            this.begins = begins;
            this.deadline = deadline;
        }
    }

    // ---- calls ----

    /** Begins the run of this member. */
    synchronized void begin() {
        run = Math.max(run, members.run(member) + 1);
        Call call = new Call(firstCall, 1, Long.MAX_VALUE, new CompletableFuture<>());
        add(new Pending(nextSequence++, List.of(call), true, Long.MAX_VALUE));
    }

    /** Proposes a call. */
    CompletableFuture<byte[]> submit(byte[] bytes, int commands) {
        if (bytes.length > RaftOptions.LONGEST_ENTRY / 2) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("commands that come at once must be short: bytes=" + bytes.length
                            + " most=" + RaftOptions.LONGEST_ENTRY / 2 + "; send less at a time"));
        }
        Call call = new Call(bytes, commands, System.nanoTime() + timeoutNanos, new CompletableFuture<>());
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(ClusterException.notRun("this member ends"));
            }
            queue.add(call);
            pump();
        }
        return call.answer;
    }

    /** Proposes the calls that wait, as far as others leave room. */
    private synchronized void pump() {
        while (begun && !queue.isEmpty() && inFlight.size() < MOST_IN_FLIGHT) {
            List<Call> calls = new ArrayList<>();
            int bytes = 0;
            while (!queue.isEmpty() && calls.size() < MOST_CALLS && bytes < ENOUGH_BYTES) {
                Call call = queue.remove();
                calls.add(call);
                bytes += call.bytes.length;
            }
            add(new Pending(nextSequence++, calls, false, calls.get(0).deadline));
        }
    }

    private synchronized void add(Pending pending) {
        inFlight.put(pending.sequence, pending);
        long floor = inFlight.firstKey();
        int commands = pending.calls.stream().mapToInt(Call::commands).sum();
        List<byte[]> calls = pending.calls.stream().map(Call::bytes).toList();
        pending.encoded = new Proposal(
                        member, run, pending.sequence, floor, pending.begins, resp, http, commands, calls)
                .encode();
        figures.proposals.increment();
        attempt(pending);
    }

    // ---- attempts ----

    private synchronized void attempt(Pending pending) {
        if (closed || inFlight.get(pending.sequence) != pending) {
            return;
        }
        RaftPeerId leader = link.leader();
        int number = ++pending.attempt;
        pending.target = leader;
        if (leader == null) {
            retryLater(pending, number);
            return;
        }
        pending.sent = true;
        figures.attempts.increment();
        CompletableFuture<?> unused = link.propose(leader, pending.encoded)
                .whenComplete((reply, failure) -> replied(pending, number, reply, failure));
    }

    private void replied(Pending pending, int number, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
        if (reply != null && reply.isSuccess()) {
            ByteBuffer content = reply.getMessage().getContent().asReadOnlyByteBuffer();
            decided(pending.sequence, Outcome.decode(content));
        } else {
            LOGGER.log(
                    Level.DEBUG,
                    "a proposal is sent again: sequence={0} problem={1}",
                    pending.sequence,
                    reply == null ? failure : reply.getException());
            retryLater(pending, number);
        }
    }

    private void retryLater(Pending pending, int number) {
        schedule(
                () -> {
                    synchronized (this) {
                        if (pending.attempt == number) {
                            attempt(pending);
                        }
                    }
                },
                RETRY_MILLIS);
    }

    private void schedule(Runnable task, long millis) {
        try {
            timer.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOGGER.log(Level.DEBUG, "the member ends, so nothing is tried again", e);
        }
    }

    /** Sends the proposals to a new leader that wait for the one before. Applying them twice is ruled out. */
    void leaderChanged() {
        schedule(
                () -> {
                    RaftPeerId leader = link.leader();
                    synchronized (this) {
                        for (Pending pending : List.copyOf(inFlight.values())) {
                            if (leader != null && !leader.equals(pending.target)) {
                                attempt(pending);
                            }
                        }
                    }
                },
                0);
    }

    // ---- answers ----

    /** Learns what has become of a proposal: by a reply, or since this member has applied the entry. */
    void decided(Proposal proposal, Outcome outcome) {
        synchronized (this) {
            if (!proposal.member().equals(member) || proposal.run() != run) {
                return;
            }
        }
        decided(proposal.sequence(), outcome);
    }

    private void decided(long sequence, Outcome outcome) {
        Pending pending;
        synchronized (this) {
            pending = inFlight.get(sequence);
            if (pending == null || outcome.kind() == Outcome.Kind.REPEATED) {
                return; // The answer comes when this member applies the entry, or has a snapshot that includes it.
            }
            inFlight.remove(sequence);
            if (outcome.kind() == Outcome.Kind.APPLIED && pending.begins) {
                begun = true;
            }
        }
        if (outcome.kind() == Outcome.Kind.FENCED) {
            fenced(pending, outcome.run());
        } else {
            for (int i = 0; i < pending.calls.size(); i++) {
                pending.calls.get(i).answer.complete(outcome.answers().get(i));
            }
        }
        pump();
    }

    private void fenced(Pending pending, long present) {
        if (pending.begins) {
            synchronized (this) {
                run = present + 1; // The clock of this machine has gone back since the run before.
            }
            begin();
            return;
        }
        LOGGER.log(Level.ERROR, "each member must have a name of its own: id={0}; another process has it now", member);
        fail(pending, ClusterException.notRun("another process has taken the name of this member"));
    }

    /** A snapshot has replaced the state. Answers to calls that it includes are not to be had any more. */
    void replaced() {
        List<Pending> lost = new ArrayList<>();
        synchronized (this) {
            for (Pending pending : inFlight.values()) {
                if (!pending.begins && members.run(member) == run && members.isApplied(member, pending.sequence)) {
                    lost.add(pending);
                }
            }
        }
        lost.forEach(pending ->
                giveUp(pending, ClusterException.unknown("the reply is lost, since this member was behind")));
    }

    // ---- the end of waiting ----

    /** Gives up what has waited too long. Called now and then. */
    void expire() {
        long now = System.nanoTime();
        List<Call> late = new ArrayList<>();
        List<Pending> lost = new ArrayList<>();
        synchronized (this) {
            while (!queue.isEmpty() && queue.peek().deadline - now < 0) {
                late.add(queue.remove());
            }
            for (Pending pending : inFlight.values()) {
                if (!pending.begins && pending.deadline - now < 0) {
                    lost.add(pending);
                }
            }
        }
        long waited = TimeUnit.NANOSECONDS.toMillis(timeoutNanos);
        late.forEach(call -> {
            figures.notRun.increment();
            call.answer.completeExceptionally(
                    ClusterException.notRun("a majority of the members must be reachable: waited=" + waited + " ms"));
        });
        for (Pending pending : lost) {
            giveUp(
                    pending,
                    pending.sent
                            ? ClusterException.unknown("the cluster has not answered: waited=" + waited + " ms")
                            : ClusterException.notRun("the cluster must have a leader: waited=" + waited + " ms"));
        }
    }

    private void giveUp(Pending pending, ClusterException failure) {
        synchronized (this) {
            if (inFlight.remove(pending.sequence) == null) {
                return;
            }
        }
        fail(pending, failure);
        pump();
    }

    private void fail(Pending pending, ClusterException failure) {
        (failure.isUnknown() ? figures.unknown : figures.notRun).add(pending.calls.size());
        pending.calls.forEach(call -> call.answer.completeExceptionally(failure));
    }

    /** Ends all calls. */
    void close() {
        List<Pending> pendings;
        List<Call> calls;
        synchronized (this) {
            closed = true;
            pendings = List.copyOf(inFlight.values());
            calls = List.copyOf(queue);
            inFlight.clear();
            queue.clear();
        }
        pendings.forEach(pending -> fail(pending, ClusterException.unknown("this member ends")));
        calls.forEach(call -> call.answer.completeExceptionally(ClusterException.notRun("this member ends")));
    }
}
