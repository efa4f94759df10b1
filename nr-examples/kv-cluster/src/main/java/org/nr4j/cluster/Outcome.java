package org.nr4j.cluster;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What has become of a proposal.
 *
 * @param kind whether it has been applied
 * @param run the run of the member that the cluster knows
 * @param answers the answers to its calls if this entry has applied it
 */
record Outcome(Kind kind, long run, List<byte[]> answers) {
    /** What has become of a proposal. */
    enum Kind {
        /** The entry has been applied. */
        APPLIED(0),
        /** An earlier entry with the same proposal has been applied. This one has changed nothing. */
        REPEATED(1),
        /** The proposal is of another run of the member than the present one. It has changed nothing. */
        FENCED(2);

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }

        private static Kind of(byte code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(
                    "an outcome must have a known code: code=" + code + "; all members need the same version");
        }
    }

    byte[] encode() {
        int length = 1 + Long.BYTES + Integer.BYTES;
        for (byte[] answer : answers) {
            length += Integer.BYTES + answer.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length).put(kind.code).putLong(run);
        out.putInt(answers.size());
        answers.forEach(answer -> Proposal.put(out, answer));
        return out.array();
    }

    static Outcome decode(ByteBuffer in) {
        Kind kind = Kind.of(in.get());
        long run = in.getLong();
        List<byte[]> answers = new ArrayList<>();
        for (int i = in.getInt(); i > 0; i--) {
            answers.add(Proposal.take(in));
        }
        return new Outcome(kind, run, answers);
    }
}
