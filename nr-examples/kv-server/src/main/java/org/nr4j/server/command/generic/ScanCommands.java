package org.nr4j.server.command.generic;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.Globs;
import org.nr4j.server.command.Replies;
import org.nr4j.server.command.sortedset.SortedSetCommands;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.type.HashData;
import org.nr4j.server.type.Keyspace;
import org.nr4j.server.type.SetData;
import org.nr4j.server.type.SortedSetData;

/** Walks over keys and elements in steps, in their order. */
public final class ScanCommands {
    private static final int DEFAULT_COUNT = 10;
    private static final int MOST_AT_A_TIME = 1 << 16;
    private static final String BAD_CURSOR = "ERR invalid cursor";

    private final CommandContext c;
    private final List<byte[]> found = new ArrayList<>();
    private int count = DEFAULT_COUNT;
    private byte @Nullable [] pattern;
    private byte @Nullable [] type;

    private ScanCommands(CommandContext c) {
        this.c = c;
    }

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("SCAN", c -> new ScanCommands(c).scanKeys());
        binder.bind("HSCAN", c -> new ScanCommands(c).scanHash());
        binder.bind("SSCAN", c -> new ScanCommands(c).scanSet());
        binder.bind("ZSCAN", c -> new ScanCommands(c).scanSortedSet());
    }

    // ---- arguments ----

    private Cursors.Position cursor(int index) {
        String text = c.text(index);
        if (!text.matches("([+-]?[0-9]+)?")) {
            throw new CommandException(BAD_CURSOR);
        }
        BigInteger number = text.isEmpty() ? BigInteger.ZERO : new BigInteger(text);
        if (number.bitLength() > Long.SIZE) {
            throw new CommandException(BAD_CURSOR);
        }
        return Cursors.instance().position(number.longValue());
    }

    private void parseOptions(int from, boolean ofKeys) {
        for (int i = from; i < c.count(); i += 2) {
            if (i + 1 == c.count()) {
                throw CommandException.syntax();
            }
            if (c.is(i, "COUNT")) {
                long wanted = c.integer(i + 1);
                if (wanted < 1) {
                    throw CommandException.syntax();
                }
                count = (int) Math.min(wanted, MOST_AT_A_TIME);
            } else if (c.is(i, "MATCH")) {
                pattern = c.arg(i + 1);
            } else if (ofKeys && c.is(i, "TYPE")) {
                type = c.arg(i + 1);
            } else {
                throw CommandException.syntax();
            }
        }
    }

    private boolean matches(byte[] name) {
        return pattern == null || Globs.matches(pattern, name);
    }

    // ---- the walk: one element more than asked for says where to go on ----

    private void reply(long next) {
        c.reply().array(2);
        c.reply().bulk(Long.toString(next));
        Replies.array(c.reply(), found);
    }

    /** Returns the cursor of a name to go on from. */
    private long cursorOf(byte[] name, long rank) {
        return Cursors.instance().cursor(rank, c.keys().isWriting() ? null : name);
    }

    private void scanKeys() {
        Cursors.Position position = cursor(1);
        parseOptions(2, /* ofKeys= */ true);
        byte[] from = position.name();
        if (from == null) {
            from = position.rank() < c.keys().size(c.database()) ? c.keys().keyAt(c.database(), position.rank()) : null;
        }
        List<Keyspace.TypedKey> keys = from == null ? List.of() : c.keys().keys(c.database(), from, count + 1);
        for (Keyspace.TypedKey key : keys.subList(0, Math.min(count, keys.size()))) {
            if (matches(key.key()) && (type == null || key.type().text().equalsIgnoreCase(Ascii.text(type)))) {
                found.add(key.key());
            }
        }
        byte[] next = keys.size() > count ? keys.get(count).key() : null;
        reply(next == null ? 0 : cursorOf(next, c.keys().rank(c.database(), next)));
    }

    private void scanHash() {
        Cursors.Position position = cursor(2);
        HashData hash = new HashData(c.keys(), c.database(), c.key());
        if (!hash.isEmpty()) {
            parseOptions(3, /* ofKeys= */ false);
        }
        byte[] from = position.name();
        if (from == null && position.rank() < hash.size()) {
            from = hash.fieldAt(position.rank()).name();
        }
        List<HashData.Field> fields = from == null ? List.of() : hash.fields(from, count + 1);
        for (HashData.Field field : fields.subList(0, Math.min(count, fields.size()))) {
            if (matches(field.name())) {
                found.add(field.name());
                found.add(field.value());
            }
        }
        byte[] next = fields.size() > count ? fields.get(count).name() : null;
        reply(next == null ? 0 : cursorOf(next, hash.rank(next)));
    }

    private void scanSet() {
        Cursors.Position position = cursor(2);
        SetData set = new SetData(c.keys(), c.database(), c.key());
        if (!set.isEmpty()) {
            parseOptions(3, /* ofKeys= */ false);
        }
        byte[] from = position.name();
        if (from == null && position.rank() < set.size()) {
            from = set.memberAt(position.rank());
        }
        List<byte[]> members = from == null ? List.of() : set.members(from, count + 1);
        members.subList(0, Math.min(count, members.size())).stream()
                .filter(this::matches)
                .forEach(found::add);
        byte[] next = members.size() > count ? members.get(count) : null;
        reply(next == null ? 0 : cursorOf(next, set.rank(next)));
    }

    private void scanSortedSet() {
        Cursors.Position position = cursor(2);
        SortedSetData set = SortedSetCommands.set(c);
        if (!set.isEmpty()) {
            parseOptions(3, /* ofKeys= */ false);
        }
        byte[] from = position.name();
        if (from == null && position.rank() < set.size()) {
            from = set.memberByNameAt(position.rank());
        }
        List<SortedSetData.Member> members = from == null ? List.of() : set.byName(from, count + 1);
        for (SortedSetData.Member member : members.subList(0, Math.min(count, members.size()))) {
            if (matches(member.name())) {
                found.add(member.name());
                found.add(Ascii.bytes(Numbers.text(member.score())));
            }
        }
        byte[] next = members.size() > count ? members.get(count).name() : null;
        reply(next == null ? 0 : cursorOf(next, set.nameRank(next)));
    }
}
