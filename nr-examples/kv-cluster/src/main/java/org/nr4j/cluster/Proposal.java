package org.nr4j.cluster;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a member asks the leader to put into the log: calls of many connections, as one entry.
 *
 * @param member the name of the member
 * @param run the number of the member's run: each start has a greater one
 * @param sequence the number of the proposal in the run; a retry has the same
 * @param floor the member sends no proposal again whose number is less
 * @param begins whether the proposal begins the run
 * @param resp the member's address for Redis clients
 * @param http the member's address for HTTP
 * @param commands the number of commands of all calls
 * @param calls the calls, in their order
 */
record Proposal(
        String member,
        long run,
        long sequence,
        long floor,
        boolean begins,
        String resp,
        String http,
        int commands,
        List<byte[]> calls) {
    byte[] encode() {
        byte[] name = utf8(member);
        byte[] respBytes = utf8(resp);
        byte[] httpBytes = utf8(http);
        int length = 3 * Long.BYTES + 1 + 5 * Integer.BYTES + name.length + respBytes.length + httpBytes.length;
        for (byte[] call : calls) {
            length = Math.addExact(length, Integer.BYTES + call.length);
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        put(out, name);
        out.putLong(run).putLong(sequence).putLong(floor).put((byte) (begins ? 1 : 0));
        put(out, respBytes);
        put(out, httpBytes);
        out.putInt(commands).putInt(calls.size());
        calls.forEach(call -> put(out, call));
        return out.array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static void put(ByteBuffer out, byte[] bytes) {
        out.putInt(bytes.length).put(bytes);
    }

    static Proposal decode(ByteBuffer in) {
        try {
            String member = text(in);
            long run = in.getLong();
            long sequence = in.getLong();
            long floor = in.getLong();
            boolean begins = in.get() != 0;
            String resp = text(in);
            String http = text(in);
            int commands = in.getInt();
            List<byte[]> calls = new ArrayList<>();
            for (int i = in.getInt(); i > 0; i--) {
                calls.add(take(in));
            }
            return new Proposal(member, run, sequence, floor, begins, resp, http, commands, calls);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException(
                    "an entry must have a whole proposal: bytes=" + in.limit() + "; all members need the same version",
                    e);
        }
    }

    private static String text(ByteBuffer in) {
        return new String(take(in), StandardCharsets.UTF_8);
    }

    static byte[] take(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }
}
