package org.nr4j.cluster;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the members agree on about each other: the present run of each, and which of its proposals have been applied.
 * So a proposal that a member sends several times is applied once, also after a change of the leader and after a
 * restart from a snapshot. A part of the replicated state. Guarded by this.
 */
final class Members {
    private final Map<String, Run> runs = new TreeMap<>();

    /** The present run of a member. */
    private static final class Run {
        long number;
        String resp = "";
        String http = "";

        /** The member sends no proposal again whose number is less. */
        long floor;

        /** The proposals that have been applied, from the floor on. */
        final TreeSet<Long> applied = new TreeSet<>();
    }

    /** The addresses of a member for clients. */
    record Addresses(String resp, String http) {}

    /** Decides whether a proposal is to be applied, and notes that it is. */
    synchronized Outcome.Kind admit(Proposal proposal) {
        Run run = runs.computeIfAbsent(proposal.member(), name -> new Run());
        if (proposal.begins() && proposal.run() > run.number) {
            run.number = proposal.run();
            run.resp = proposal.resp();
            run.http = proposal.http();
            run.floor = 0;
            run.applied.clear();
        }
        if (proposal.run() != run.number) {
            return Outcome.Kind.FENCED;
        }
        if (proposal.sequence() < run.floor || !run.applied.add(proposal.sequence())) {
            return Outcome.Kind.REPEATED;
        }
        if (proposal.floor() > run.floor) {
            run.floor = proposal.floor();
            run.applied.headSet(run.floor).clear();
        }
        return Outcome.Kind.APPLIED;
    }

    /** Returns the present run of a member; 0 if there was none. */
    synchronized long run(String member) {
        Run run = runs.get(member);
        return run == null ? 0 : run.number;
    }

    /** Whether a proposal of the present run of a member has been applied, or given up. */
    synchronized boolean isApplied(String member, long sequence) {
        Run run = runs.get(member);
        return run != null && (sequence < run.floor || run.applied.contains(sequence));
    }

    /** Returns the addresses of a member; null if it has not begun yet. */
    synchronized @Nullable Addresses addresses(String member) {
        Run run = runs.get(member);
        return run == null ? null : new Addresses(run.resp, run.http);
    }

    synchronized void writeTo(DataOutputStream out) throws IOException {
        out.writeInt(runs.size());
        for (Map.Entry<String, Run> entry : runs.entrySet()) {
            Run run = entry.getValue();
            out.writeUTF(entry.getKey());
            out.writeLong(run.number);
            out.writeUTF(run.resp);
            out.writeUTF(run.http);
            out.writeLong(run.floor);
            out.writeInt(run.applied.size());
            for (long sequence : run.applied) {
                out.writeLong(sequence);
            }
        }
    }

    synchronized void readFrom(DataInputStream in) throws IOException {
        runs.clear();
        for (int i = in.readInt(); i > 0; i--) {
            Run run = new Run();
            runs.put(in.readUTF(), run);
            run.number = in.readLong();
            run.resp = in.readUTF();
            run.http = in.readUTF();
            run.floor = in.readLong();
            for (int k = in.readInt(); k > 0; k--) {
                run.applied.add(in.readLong());
            }
        }
    }
}
