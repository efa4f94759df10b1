package org.nr4j.server.type.stream;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.nr4j.server.type.ElementMap.Element;

/**
 * An entry of a stream.
 *
 * @param fields a field, its value, the next field, and so on
 */
public record StreamEntry(StreamId id, List<byte[]> fields) {
    /** Returns the value of the store: for each field and value its length (4) and its bytes. */
    byte[] encode() {
        int length = 0;
        for (byte[] part : fields) {
            length = Math.addExact(length, Integer.BYTES + part.length);
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        for (byte[] part : fields) {
            out.putInt(part.length).put(part);
        }
        return out.array();
    }

    static StreamEntry of(Element element) {
        return new StreamEntry(StreamId.decode(element.name()), decode(element.value()));
    }

    static List<byte[]> decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        List<byte[]> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] part = new byte[in.getInt()];
            in.get(part);
            fields.add(part);
        }
        return fields;
    }
}
