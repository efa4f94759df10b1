package org.nr4j.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which proposals are applied. */
class MembersTest {
    private final Members members = new Members();

    private static Proposal proposal(long run, long sequence, long floor, boolean begins) {
        return new Proposal("a", run, sequence, floor, begins, "resp", "http", 1, List.of(new byte[] {1, 2}));
    }

    private Outcome.Kind admit(long run, long sequence, long floor, boolean begins) {
        return members.admit(proposal(run, sequence, floor, begins));
    }

    @Test
    void proposal_sentAgain_isAppliedOnce() {
        assertThat(admit(5, 0, 0, true)).isEqualTo(Outcome.Kind.APPLIED);
        assertThat(admit(5, 1, 0, false)).isEqualTo(Outcome.Kind.APPLIED);
        assertThat(admit(5, 1, 0, false)).isEqualTo(Outcome.Kind.REPEATED);
        assertThat(admit(5, 3, 0, false)).isEqualTo(Outcome.Kind.APPLIED);
        assertThat(admit(5, 2, 0, false)).isEqualTo(Outcome.Kind.APPLIED);
    }

    @Test
    void proposal_belowTheFloor_isNotAppliedAnyMore() {
        admit(5, 0, 0, true);
        assertThat(admit(5, 9, 7, false)).isEqualTo(Outcome.Kind.APPLIED);
        assertThat(admit(5, 6, 6, false)).isEqualTo(Outcome.Kind.REPEATED);
        assertThat(admit(5, 7, 7, false)).isEqualTo(Outcome.Kind.APPLIED);
    }

    @Test
    void proposal_ofAnEarlierRun_isFenced() {
        admit(5, 0, 0, true);
        admit(6, 0, 0, true);
        assertThat(admit(5, 1, 0, false)).isEqualTo(Outcome.Kind.FENCED);
        assertThat(admit(5, 0, 0, true)).isEqualTo(Outcome.Kind.FENCED);
        assertThat(admit(6, 1, 0, false)).isEqualTo(Outcome.Kind.APPLIED);
    }

    @Test
    void snapshot_ofTheMembers_keepsWhatWasApplied() throws IOException {
        admit(5, 0, 0, true);
        admit(5, 4, 2, false);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        members.writeTo(new DataOutputStream(bytes));
        Members restored = new Members();
        restored.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

        assertThat(restored.admit(proposal(5, 4, 2, false))).isEqualTo(Outcome.Kind.REPEATED);
        assertThat(restored.admit(proposal(5, 1, 1, false))).isEqualTo(Outcome.Kind.REPEATED);
        assertThat(restored.admit(proposal(5, 3, 2, false))).isEqualTo(Outcome.Kind.APPLIED);
        assertThat(restored.addresses("a")).isEqualTo(new Members.Addresses("resp", "http"));
    }

    @Test
    void proposalsAndOutcomes_encoded_areTheSame() {
        Proposal decoded =
                Proposal.decode(ByteBuffer.wrap(proposal(5, 6, 4, true).encode()));
        assertThat(decoded).usingRecursiveComparison().isEqualTo(proposal(5, 6, 4, true));
        Outcome outcome = new Outcome(Outcome.Kind.APPLIED, 5, List.of(new byte[] {7}, new byte[0]));
        assertThat(Outcome.decode(ByteBuffer.wrap(outcome.encode())))
                .usingRecursiveComparison()
                .isEqualTo(outcome);
    }
}
