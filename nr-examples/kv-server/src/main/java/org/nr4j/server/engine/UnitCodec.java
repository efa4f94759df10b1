package org.nr4j.server.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.nr4j.server.command.table.CommandTable;

/**
 * Encodes units as the argument of the procedure that runs them. The log on disk has this encoding, so it must stay:
 * seed (8), number of units (4), units. A unit is: client (8), flags (1), watches if it is a transaction, and requests,
 * both with their number (4) before them. A watch is its database (1) and its key. A request is its database (1), the
 * number of its arguments (4), and these. A key or an argument is its length (4) and its bytes.
 */
final class UnitCodec {
    private static final int RESP3 = 1;
    private static final int TRANSACTION = 2;
    private static final int EVENTS = 4;

    private UnitCodec() {}

    static byte[] encode(long seed, List<Unit> units, boolean events) {
        long length = Long.BYTES + Integer.BYTES;
        for (Unit unit : units) {
            length += lengthOf(unit);
        }
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(length));
        out.putLong(seed).putInt(units.size());
        units.forEach(unit -> put(out, unit, events ? EVENTS : 0));
        return out.array();
    }

    private static long lengthOf(Unit unit) {
        long length = Long.BYTES + 1 + Integer.BYTES;
        if (unit.watches() != null) {
            length += Integer.BYTES;
            for (Watch watch : unit.watches()) {
                length += 1L + Integer.BYTES + watch.key().length;
            }
        }
        for (Request request : unit.requests()) {
            length += 1 + Integer.BYTES;
            for (byte[] argument : request.arguments()) {
                length += Integer.BYTES + argument.length;
            }
        }
        return length;
    }

    private static void put(ByteBuffer out, Unit unit, int events) {
        out.putLong(unit.client());
        out.put((byte) ((unit.resp3() ? RESP3 : 0) + (unit.isTransaction() ? TRANSACTION : 0) + events));
        if (unit.watches() != null) {
            out.putInt(unit.watches().size());
            for (Watch watch : unit.watches()) {
                out.put((byte) watch.database());
                out.putInt(watch.key().length).put(watch.key());
            }
        }
        out.putInt(unit.requests().size());
        for (Request request : unit.requests()) {
            out.put((byte) request.database()).putInt(request.arguments().length);
            for (byte[] argument : request.arguments()) {
                out.putInt(argument.length).put(argument);
            }
        }
    }

    /** Whether the submitter wants to know what happens to keys. */
    static boolean wantsEvents(byte[] encoded) {
        int flagsAt = 2 * Long.BYTES + Integer.BYTES;
        return encoded.length > flagsAt && (encoded[flagsAt] & EVENTS) != 0;
    }

    static long seed(byte[] encoded) {
        return ByteBuffer.wrap(encoded).getLong();
    }

    static List<Unit> decode(byte[] encoded) {
        ByteBuffer in = ByteBuffer.wrap(encoded, Long.BYTES, encoded.length - Long.BYTES);
        int count = in.getInt();
        List<Unit> units = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            units.add(takeUnit(in));
        }
        return units;
    }

    private static Unit takeUnit(ByteBuffer in) {
        long client = in.getLong();
        int flags = in.get();
        List<Watch> watches = null;
        if ((flags & TRANSACTION) != 0) {
            watches = new ArrayList<>();
            for (int i = in.getInt(); i > 0; i--) {
                watches.add(new Watch(in.get(), takeBytes(in)));
            }
        }
        int count = in.getInt();
        List<Request> requests = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int database = in.get();
            byte[][] arguments = new byte[in.getInt()][];
            for (int k = 0; k < arguments.length; k++) {
                arguments[k] = takeBytes(in);
            }
            requests.add(new Request(CommandTable.instance().lookUp(arguments), arguments, database));
        }
        return new Unit(client, (flags & RESP3) != 0, watches, requests);
    }

    private static byte[] takeBytes(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }
}
