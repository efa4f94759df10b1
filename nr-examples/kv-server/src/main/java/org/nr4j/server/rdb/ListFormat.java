package org.nr4j.server.rdb;

import java.util.ArrayList;
import java.util.List;
import org.nr4j.server.type.ListData;

/** Lists. Their elements are in listpacks of up to 8 KiB, as if they had been added at the end one by one. */
final class ListFormat {
    private static final int LONGEST_NODE = 8 << 10;

    /** What an element is taken to need besides its bytes. */
    private static final int ELEMENT_OVERHEAD = 8;

    private static final int PLAIN = 1;
    private static final int PACKED = 2;

    private ListFormat() {}

    static void write(RdbOutput out, ListData list) {
        List<Listpack> nodes = new ArrayList<>();
        Listpack last = new Listpack();
        nodes.add(last);
        for (byte[] element : list.range(0, list.size() - 1)) {
            if (!last.isEmpty() && (long) last.length() + element.length + ELEMENT_OVERHEAD > LONGEST_NODE) {
                last = new Listpack();
                nodes.add(last);
            }
            last.add(element);
        }
        out.type(RdbType.LIST_OF_LISTPACKS);
        out.length(nodes.size());
        for (Listpack node : nodes) {
            out.length(PACKED);
            out.string(node.toByteArray());
        }
    }

    static RestoredValue read(int code, RdbInput in) {
        List<byte[]> elements = new ArrayList<>();
        if (code == RdbType.LIST_ZIPLIST) {
            elements.addAll(Ziplist.read(in.string()));
        } else {
            for (long left = in.length(); left > 0; left--) {
                readNode(code, in, elements);
            }
        }
        if (elements.isEmpty()) {
            throw RdbException.badData();
        }
        return (keyspace, database, key) -> {
            ListData list = new ListData(keyspace, database, key);
            elements.forEach(element -> list.push(/* left= */ false, element));
            list.save();
        };
    }

    private static void readNode(int code, RdbInput in, List<byte[]> elements) {
        long container = code == RdbType.LIST_OF_LISTPACKS ? in.length() : PACKED;
        byte[] node = in.string();
        if (code == RdbType.LIST || container == PLAIN) {
            elements.add(node);
        } else if (container != PACKED) {
            throw RdbException.badData();
        } else {
            elements.addAll(code == RdbType.LIST_OF_ZIPLISTS ? Ziplist.read(node) : Listpack.read(node));
        }
    }
}
