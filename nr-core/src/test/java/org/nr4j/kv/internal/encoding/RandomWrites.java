package org.nr4j.kv.internal.encoding;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.contents.ContentsBuilder;
import org.nr4j.kv.internal.op.Batch;
import org.nr4j.kv.internal.op.Increment;
import org.nr4j.kv.internal.op.SetExpiry;
import org.nr4j.kv.internal.op.Updates.CollectDue;
import org.nr4j.kv.internal.op.Updates.CompareAndSet;
import org.nr4j.kv.internal.op.Updates.Fetch;
import org.nr4j.kv.internal.op.Updates.Put;
import org.nr4j.kv.internal.op.Updates.Remove;
import org.nr4j.kv.internal.op.Updates.RemoveIf;
import org.nr4j.kv.internal.op.Updates.RemoveRange;
import org.nr4j.kv.internal.op.Updates.ReplaceAll;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.op.WriteFormat;
import org.nr4j.kv.internal.procedure.ProcedureBody;
import org.nr4j.kv.internal.procedure.ProcedureKeys;
import org.nr4j.kv.internal.procedure.ProcedureWrite;
import org.nr4j.kv.internal.procedure.WriteView;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.tree.Totals;

/** Draws writes of all kinds, over few keys and short times, so that they meet. */
final class RandomWrites {
    /** The name of the only procedure. */
    static final String APPEND = "append";

    private static final Shape SHAPE = Shape.standard(false);

    private final RandomGenerator random;
    private final int parts;

    RandomWrites(RandomGenerator random, int parts) {
        this.random = random;
        this.parts = parts;
    }

    /** The code of {@link #APPEND}: appends the argument to the value of a key; null for other names. */
    static @Nullable ProcedureBody procedure(String name) {
        return name.equals(APPEND) ? (view, argument) -> append((WriteView) view, argument) : null;
    }

    private static byte @Nullable [] append(WriteView view, byte @Nullable [] argument) {
        byte[] key = {1};
        byte[] before = view.get(key);
        String text = (before == null ? "" : new String(before, StandardCharsets.ISO_8859_1))
                + (argument == null ? "-" : new String(argument, StandardCharsets.ISO_8859_1));
        byte[] after = text.substring(Math.max(0, text.length() - 20)).getBytes(StandardCharsets.ISO_8859_1);
        return view.put(key, after, Totals.NEVER, /* answersOld= */ true);
    }

    Update next() {
        return switch (random.nextInt(16)) {
            case 0 -> new CollectDue(List.of(key(), key()), random.nextLong(100));
            case 1 -> batch();
            case 2 -> procedure();
            case 3 -> replaceAll();
            default -> small();
        };
    }

    private Update small() {
        long now = now();
        return switch (random.nextInt(10)) {
            case 0 -> new Fetch(key(), now);
            case 1 -> new CompareAndSet(key(), value(), value(), expiry(), null, now);
            case 2 -> new Remove(key(), now);
            case 3 -> new RemoveIf(key(), random.nextBoolean() ? null : value(), now);
            case 4 -> range(now);
            case 5 -> new Increment(key(), random.nextLong(), now);
            case 6 -> new SetExpiry(key(), expiry(), now);
            default -> {
                When when = random.nextInt(3) == 0 ? When.ABSENT : When.ALWAYS;
                yield new Put(key(), value(), expiry(), null, when, random.nextBoolean(), now);
            }
        };
    }

    private RemoveRange range(long now) {
        byte low = (byte) random.nextInt(40);
        return new RemoveRange(
                random.nextInt(8) == 0 ? null : new byte[] {low},
                random.nextInt(8) == 0 ? null : new byte[] {(byte) (low + 1)},
                now);
    }

    private Batch batch() {
        List<Batch.Condition> conditions = new ArrayList<>();
        for (int n = random.nextInt(3); n > 0; n--) {
            boolean present = random.nextBoolean();
            conditions.add(
                    new Batch.Condition(key(), present, present && random.nextBoolean() ? value() : null, now()));
        }
        List<Update> updates = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            updates.add(small());
        }
        return new Batch(conditions, updates, /* mayThrow= */ true);
    }

    private ProcedureWrite procedure() {
        ProcedureBody body = procedure(APPEND);
        ProcedureKeys keys = random.nextBoolean() ? ProcedureKeys.ALL : ProcedureKeys.of(List.of(new byte[] {1}));
        return new ProcedureWrite(APPEND, body, random.nextInt(4) == 0 ? null : value(), keys, random.nextLong(100));
    }

    private ReplaceAll replaceAll() {
        ContentsBuilder builder = new ContentsBuilder(parts, SHAPE);
        for (int n = 0; n < random.nextInt(10); n++) {
            builder.add(new byte[] {(byte) n, 7}, value(), expiry(), null);
        }
        return new ReplaceAll(builder.build());
    }

    private byte[] key() {
        return random.nextInt(20) == 0 ? new byte[random.nextInt(300)] : new byte[] {(byte) random.nextInt(40)};
    }

    private byte[] value() {
        if (random.nextInt(3) == 0) {
            return Increment.encode(random.nextInt(3));
        }
        byte[] value = new byte[random.nextInt(3)];
        random.nextBytes(value);
        return value;
    }

    private long now() {
        return random.nextInt(3) == 0 ? WriteFormat.NO_TIME : random.nextLong(100);
    }

    private long expiry() {
        return random.nextInt(3) == 0 ? random.nextLong(150) : Totals.NEVER;
    }
}
