package org.nr4j.kv.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.internal.reconcile.wire.Frame;
import org.nr4j.kv.internal.reconcile.wire.Messages;
import org.nr4j.kv.internal.reconcile.wire.Part;
import org.nr4j.kv.internal.reconcile.wire.Summary;
import org.nr4j.kv.internal.reconcile.wire.TransferredEntry;
import org.nr4j.kv.internal.reconcile.wire.WireInput;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;
import org.nr4j.testing.Seeded;
import org.nr4j.testing.Soak;

/** Peers that lie, do not shrink ranges, flood, or send damaged frames. */
class HostilePeerTest {
    private static final byte[] HASH = new byte[Summary.HASH_BYTES];

    @RegisterExtension
    final Seeded seeded = new Seeded();

    /** Answers an opening frame with a claim, and each message behind it with one body. */
    private static byte[] answer(byte[] request, long claim, UnaryOperator<WireOutput> body) {
        Frame frame = Frame.decode(request);
        WireOutput messages = new WireOutput();
        for (int i = 0; i < frame.messages().size(); i++) {
            int type = frame.messages().get(i).type();
            WireOutput answer = new WireOutput().writeNumber(i);
            WireOutput whole = type == Messages.OPEN
                    ? answer.writeSummary(claim == 0 ? Summary.EMPTY : new Summary(claim, HASH))
                    : body.apply(answer);
            messages.writeMessage(type + Messages.ANSWER_TO, whole);
        }
        return Frame.encode(Messages.ANSWER, frame.session(), frame.number(), 0, messages);
    }

    /** Runs a mirror's session against a peer that answers all comparisons alike, and returns the failure's message. */
    private String failureOf(int entries, long claim, UnaryOperator<WireOutput> body) {
        try (KeyValueStore store = Pair.newStore()) {
            Pair.fill(entries, seeded.random(), store);
            ReconcileSession session = ReconcileSession.mirror(store, KeyRange.all(), Pair.options(1));
            int[] frames = {0};
            try {
                session.run(frame -> {
                    assertThat(++frames[0]).isLessThan(20_000);
                    return answer(frame, claim, body);
                });
            } catch (ReconcileException e) {
                assertThat(session.isDone()).isFalse();
                assertThatThrownBy(() -> session.poll(0)).hasMessageContaining("begin another session");
                return e.getMessage();
            }
            return "";
        }
    }

    private static WireOutput split(WireOutput answer, Part... parts) {
        return answer.writeNumber(1).writeNumber(0).writeByte(Messages.SPLIT).writeParts(new byte[0], List.of(parts));
    }

    private static Part part(byte[] end, long count) {
        return new Part(end, count == 0 ? Summary.EMPTY : new Summary(count, HASH));
    }

    @Test
    void aCutWithOnePart_failsTheSession() {
        byte[] end = firstEnd();
        assertThat(failureOf(1000, 1000, answer -> split(answer, part(end, 1000))))
                .contains("the peer does not shrink the range");
    }

    /** Returns the end of the first part that the session of {@link #failureOf} sends. */
    private byte[] firstEnd() {
        try (KeyValueStore store = Pair.newStore()) {
            Pair.fill(1000, seeded.random(), store);
            byte[] frame = ReconcileSession.mirror(store, KeyRange.all(), Pair.options(1))
                    .poll(0);
            return parts(frame).get(0).end();
        }
    }

    private static List<Part> parts(byte[] frame) {
        WireInput body = Frame.decode(frame).messages().get(1).body();
        return body.readParts(body.readKey(new byte[0]));
    }

    @Test
    void aCutWithAnEmptyPart_failsTheSession() {
        byte[] end = firstEnd();
        assertThat(failureOf(1000, 1000, answer -> split(answer, part(new byte[] {0}, 0), part(end, 1000))))
                .contains("a part of a cut must have an entry");
    }

    @Test
    void countsThatDoNotAddUp_failTheSession() {
        byte[] end = firstEnd();
        assertThat(failureOf(1000, 100, answer -> split(answer, part(new byte[] {0}, 60), part(end, 60))))
                .contains("must add up");
        // Equal parts have the own counts, so a smaller claim is a lie, too.
        assertThat(failureOf(1000, 999, answer -> answer.writeNumber(26))).contains("must add up");
        assertThat(failureOf(1000, 1001, answer -> answer.writeNumber(26))).contains("must add up");
    }

    @Test
    void partsOutsideTheirRange_failTheSession() {
        assertThat(failureOf(1000, 1000, answer -> split(answer, part(new byte[] {0}, 500), part(null, 500))))
                .contains("must cover it");
    }

    @Test
    void aPeerThatAlwaysDiffers_costsNoMoreThanTheOwnEntries() {
        // Says that it has nothing in each part. A session that only pulls then has nothing to do.
        try (KeyValueStore store = Pair.newStore()) {
            Pair.fill(1000, seeded.random(), store);
            ReconcileSession session =
                    ReconcileSession.pull(store, KeyRange.all(), MergePolicy.takeRemote(), Pair.options(1));
            session.run(frame -> answer(
                    frame, 0, answer -> answer.writeNumber(1).writeNumber(0).writeByte(0)));
            assertThat(session.stats().framesSent()).isLessThanOrEqualTo(27);
            assertThat(store.size()).isEqualTo(1000);
        }
    }

    @Test
    void aPeerWithMoreEntriesThanAllowed_isRefused() {
        try (KeyValueStore store = Pair.newStore()) {
            ReconcileOptions options = Pair.options(1).maxEntries(1_000_000);
            ReconcileSession session = ReconcileSession.mirror(store, KeyRange.all(), options);
            assertThatThrownBy(() -> session.run(frame -> answer(frame, 1_000_001, body -> body)))
                    .isInstanceOf(ReconcileException.class)
                    .hasMessageContaining("claim=1000001 maxEntries=1000000");
        }
    }

    @Test
    void aFloodOfEntries_isStoppedAtTheClaim() {
        UnaryOperator<WireOutput> flood = answer -> {
            answer.writeNumber(100);
            byte[] previous = {};
            for (int i = 0; i < 100; i++) {
                TransferredEntry entry = TransferredEntry.whole(Pair.number(i), new byte[8], TransferredEntry.NEVER);
                answer.writeEntry(previous, entry);
                previous = entry.key();
            }
            return answer;
        };
        assertThat(failureOf(0, 10, flood)).contains("from 1 to 10");
        assertThat(failureOf(0, 100, flood)).isEmpty();
        // The next answer has the same keys, which are no longer those after the first.
        assertThat(failureOf(0, 5, answer -> answer.writeNumber(0))).contains("from 1 to 5");
    }

    @Test
    void entriesOutOfOrder_orBeyondTheLimitsOfTheStore_failTheSession() {
        TransferredEntry entry = TransferredEntry.whole(new byte[] {1}, new byte[8], TransferredEntry.NEVER);
        assertThat(failureOf(
                        0,
                        2,
                        answer -> answer.writeNumber(2)
                                .writeEntry(new byte[0], entry)
                                .writeEntry(entry.key(), entry)))
                .contains("must be in their range and ascend");
        TransferredEntry tooLong = TransferredEntry.whole(new byte[2000], new byte[8], TransferredEntry.NEVER);
        assertThat(failureOf(0, 1, answer -> answer.writeNumber(1).writeEntry(new byte[0], tooLong)))
                .contains("maxKeyLength");
    }

    @Test
    void aSession_ignoresWhatIsNoAnswer_andAnswersThatItHas() {
        RandomGenerator random = seeded.random();
        try (KeyValueStore mirror = Pair.newStore();
                KeyValueStore source = Pair.newStore()) {
            Pair.fill(2000, random, source);
            ReconcileOptions options = Pair.options(random.nextLong());
            ReconcileResponder responder = ReconcileResponder.readOnly(source, KeyRange.all(), options);
            ReconcileSession session = ReconcileSession.mirror(mirror, KeyRange.all(), options);
            session.run(frame -> {
                byte[] answer = responder.answer(frame);
                byte[] otherSession = answer.clone();
                otherSession[5] ^= 1;
                session.receive(otherSession, 0);
                session.receive(frame, 0);
                session.receive(new byte[0], 0);
                session.receive(answer, 0);
                return answer; // once more
            });
            Pair.assertEqual(mirror, source);
            assertThat(session.stats().framesIgnored())
                    .isEqualTo(4 * session.stats().framesSent());
        }
    }

    @Test
    void aResponder_limitsItsSessions_andEndsTheIdle() {
        try (KeyValueStore store = Pair.newStore();
                KeyValueStore empty = Pair.newStore()) {
            Pair.fill(1000, seeded.random(), store);
            ReconcileOptions options = Pair.options(1).maxSessions(3);
            ReconcileResponder responder = ReconcileResponder.readOnly(store, KeyRange.all(), options);
            List<ReconcileSession> sessions = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                ReconcileSession session = ReconcileSession.mirror(empty, KeyRange.all(), Pair.options(i));
                session.receive(responder.answer(session.poll(0)), 0);
                sessions.add(session);
            }
            assertThat(responder.sessions()).isEqualTo(3);
            ReconcileSession first = sessions.get(0);
            byte[] frame = first.poll(0);
            assertThatThrownBy(() -> first.receive(responder.answer(frame), 0))
                    .isInstanceOf(ReconcileException.class)
                    .hasMessageContaining("begin another one");
            assertThat(responder.answer(sessions.get(4).close())).isNull();
            assertThat(responder.sessions()).isEqualTo(2);
        }
    }

    @Test
    void aValueLongerThanAllowed_isRefusedOnBothSides() {
        try (KeyValueStore one = Pair.newStore();
                KeyValueStore other = Pair.newStore()) {
            other.set(Pair.number(1), new byte[9000]);
            ReconcileOptions options = Pair.options(1);
            ReconcileOptions shorter = options.maxValueLength(8999);
            MergePolicy policy = MergePolicy.keepLocal();
            ReconcileSession pulling = ReconcileSession.pull(one, KeyRange.all(), policy, shorter);
            assertThatThrownBy(() -> Pair.run(pulling, ReconcileResponder.readOnly(other, KeyRange.all(), options)))
                    .hasMessageContaining("length=9000 maxValueLength=8999");
            ReconcileSession pushing = ReconcileSession.exchange(other, KeyRange.all(), policy, options);
            assertThatThrownBy(
                            () -> Pair.run(pushing, ReconcileResponder.writable(one, KeyRange.all(), policy, shorter)))
                    .isInstanceOf(ReconcileException.class);
            assertThat(one.size()).isZero();
        }
    }

    @Test
    void aReadOnlyResponder_takesNothing() {
        try (KeyValueStore one = Pair.newStore();
                KeyValueStore other = Pair.newStore()) {
            Pair.fill(10, seeded.random(), one);
            ReconcileOptions options = Pair.options(1);
            ReconcileSession session = ReconcileSession.exchange(one, KeyRange.all(), MergePolicy.keepLocal(), options);
            assertThatThrownBy(() -> Pair.run(session, ReconcileResponder.readOnly(other, KeyRange.all(), options)))
                    .isInstanceOf(ReconcileException.class)
                    .hasMessageContaining("give the responder a merge policy");
            assertThat(other.size()).isZero();
        }
    }

    @Test
    void anAnswer_staysWithinWhatWasAskedFor() {
        try (KeyValueStore store = Pair.newStore();
                KeyValueStore other = Pair.newStore()) {
            Pair.fill(20_000, seeded.random(), store);
            Pair.fill(20_000, new SplittableRandom(1), other);
            ReconcileOptions options = Pair.options(1);
            ReconcileResponder responder = ReconcileResponder.readOnly(store, KeyRange.all(), options);
            ReconcileSession session = ReconcileSession.mirror(other, KeyRange.all(), options);
            session.run(frame -> {
                byte[] answer = responder.answer(frame);
                assertThat(frame.length).isLessThanOrEqualTo(Frame.decode(frame).detail());
                assertThat(answer.length)
                        .isLessThanOrEqualTo(Frame.decode(frame).detail());
                return answer;
            });
            Pair.assertEqual(store, other);
        }
    }

    // ---- damaged frames ----

    /** RC-B5: there, a body that ends inside its last message counts as complete. */
    @Test
    void rcB5_aTruncatedFrame_hasNoEffect() {
        RandomGenerator random = seeded.random();
        try (KeyValueStore mirror = Pair.newStore();
                KeyValueStore source = Pair.newStore()) {
            Pair.fill(300, random, source);
            ReconcileOptions options = Pair.options(random.nextLong());
            ReconcileResponder responder =
                    ReconcileResponder.writable(source, KeyRange.all(), MergePolicy.takeRemote(), options);
            ReconcileSession session = ReconcileSession.mirror(mirror, KeyRange.all(), options);
            session.run(frame -> {
                for (int length = 0; length < frame.length; length++) {
                    assertThat(responder.answer(Arrays.copyOf(frame, length))).isNull();
                }
                byte[] answer = responder.answer(frame);
                long size = mirror.size();
                for (int length = 0; length < answer.length; length += answer.length > 2000 ? 97 : 1) {
                    session.receive(Arrays.copyOf(answer, length), 0);
                }
                assertThat(mirror.size()).isEqualTo(size);
                return answer;
            });
            Pair.assertEqual(mirror, source);
        }
    }

    @Test
    void mutatedFrames_throwNothingButReconcileException() {
        for (int run = 0; run < Soak.times(40); run++) {
            RandomGenerator random = seeded.random(run);
            try (KeyValueStore one = Pair.newStore();
                    KeyValueStore other = Pair.newStore()) {
                Pair.fill(200, random, one, other);
                Pair.fill(20, random, one);
                Pair.fill(20, random, other);
                one.set(Pair.number(run), new byte[6000]);
                MergePolicy policy = MergePolicy.greatestStart(8);
                ReconcileOptions options = Pair.tiny(random.nextLong());
                ReconcileResponder responder = ReconcileResponder.writable(other, KeyRange.all(), policy, options);
                ReconcileSession session = ReconcileSession.exchange(one, KeyRange.all(), policy, options);
                try {
                    session.run(frame -> {
                        responder.answer(mutated(frame, random));
                        byte[] answer = responder.answer(frame);
                        if (random.nextInt(20) == 0) {
                            session.receive(mutated(answer, random), 0);
                        }
                        return answer;
                    });
                } catch (ReconcileException e) {
                    assertThat(e).hasMessageContaining(";");
                }
            }
        }
    }

    private static byte[] mutated(byte[] frame, RandomGenerator random) {
        byte[] changed = frame.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        return changed;
    }

    @Test
    void unknownMessages_areSkipped_andAnotherVersionIsRefused() {
        try (KeyValueStore mirror = Pair.newStore();
                KeyValueStore source = Pair.newStore()) {
            Pair.fill(500, seeded.random(), source);
            ReconcileOptions options = Pair.options(1);
            ReconcileResponder responder = ReconcileResponder.readOnly(source, KeyRange.all(), options);
            ReconcileSession session = ReconcileSession.mirror(mirror, KeyRange.all(), options);
            session.run(frame -> withUnknownMessage(responder.answer(frame)));
            Pair.assertEqual(mirror, source);

            ReconcileSession later = ReconcileSession.mirror(mirror, KeyRange.all(), Pair.options(2));
            byte[] frame = later.poll(0);
            frame[0] = 2;
            assertThatThrownBy(() -> later.receive(responder.answer(frame), 0))
                    .isInstanceOf(ReconcileException.class)
                    .hasMessageContaining("upgrade the peer");
        }
    }

    private static byte[] withUnknownMessage(byte[] bytes) {
        Frame frame = Frame.decode(bytes);
        WireOutput messages = new WireOutput();
        messages.writeMessage(1000, new WireOutput().writeNumber(7));
        for (Frame.Message message : frame.messages()) {
            WireOutput body = new WireOutput()
                    .writeBytes(message.body().readBytes(message.body().remaining()));
            messages.writeMessage(message.type(), body);
        }
        return Frame.encode(frame.kind(), frame.session(), frame.number(), 0, messages);
    }
}
