package org.nr4j.examples;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;

/**
 * An IPv4 routing table. The longest prefix that contains a packet's address decides where the packet goes.
 *
 * <p>Shows a structure of your own that suits replication: many reads, each with several steps through a tree, few
 * writes, and no concurrent class that could replace it. {@link RoutingTable} hides the operations behind typed
 * methods, and the rest of a program uses only these. A change of route is a withdrawal and an announcement in one
 * step, so no packet meets a table that has neither route.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java
 * -Dexec.mainClass=org.nr4j.examples.RoutingTableExample}
 */
public final class RoutingTableExample {
    private static final int CHANGES = 2000;

    private RoutingTableExample() {}

    /** The addresses whose first {@code length} bits are those of {@code address}. */
    record Prefix(long address, int length) {
        static final Comparator<Prefix> ORDER =
                Comparator.comparingLong(Prefix::address).thenComparingInt(Prefix::length);

        /** Parses text such as {@code 10.1.0.0/16}. An address alone is a prefix of 32 bits. */
        static Prefix of(String text) {
            String[] parts = text.split("/");
            long address = 0;
            for (String number : parts[0].split("\\.")) {
                address = address << 8 | Integer.parseInt(number);
            }
            int length = parts.length == 1 ? 32 : Integer.parseInt(parts[1]);
            return new Prefix(address & ~(0xFFFF_FFFFL >>> length), length);
        }

        long last() {
            return address | 0xFFFF_FFFFL >>> length;
        }

        boolean contains(Prefix other) {
            return other.length >= length && other.address >= address && other.address <= last();
        }

        /** Returns the longest prefix that contains both. */
        Prefix common(Prefix other) {
            int equalBits = Long.numberOfLeadingZeros(address ^ other.address) - 32;
            int bits = Math.min(equalBits, Math.min(length, other.length));
            return new Prefix(address & ~(0xFFFF_FFFFL >>> bits), bits);
        }
    }

    record Route(Prefix prefix, String hop) {}

    sealed interface Read {
        /** Answers the route for an address, if there is one. */
        record Lookup(Prefix address) implements Read {}

        /** Answers all routes inside a prefix. */
        record Within(Prefix prefix) implements Read {}
    }

    sealed interface Write {
        record Announce(Route route) implements Write {}

        record Withdraw(Prefix prefix) implements Write {}
    }

    /** The sequential structure. Each operation answers the routes that it found or replaced. */
    static final class Routes implements Dispatch<Read, Write, List<Route>> {
        private final NavigableMap<Prefix, Route> routes = new TreeMap<>(Prefix.ORDER);

        @Override
        public List<Route> dispatch(Read op) {
            return op instanceof Read.Lookup lookup
                    ? lookup(lookup.address()).map(List::of).orElse(List.of())
                    : within(((Read.Within) op).prefix());
        }

        @Override
        public List<Route> dispatchMut(Write op) {
            Route before = op instanceof Write.Announce announce
                    ? routes.put(announce.route().prefix(), announce.route())
                    : routes.remove(((Write.Withdraw) op).prefix());
            return before == null ? List.of() : List.of(before);
        }

        /**
         * Finds the route with the longest prefix. If the nearest prefix below does not contain the address, then any
         * prefix that contains the address also contains that nearest prefix. So the search goes on from the longest
         * prefix that contains both.
         */
        private Optional<Route> lookup(Prefix address) {
            Map.Entry<Prefix, Route> entry = routes.floorEntry(address);
            while (entry != null && !entry.getKey().contains(address)) {
                entry = routes.floorEntry(entry.getKey().common(address));
            }
            return Optional.ofNullable(entry).map(Map.Entry::getValue);
        }

        private List<Route> within(Prefix prefix) {
            return List.copyOf(routes.subMap(prefix, true, new Prefix(prefix.last(), 32), true)
                    .values());
        }
    }

    /** The table as the rest of a program uses it. Any thread may call. */
    static final class RoutingTable implements AutoCloseable {
        private final NodeReplicated<Read, Write, List<Route>> table =
                NodeReplicated.builder(Routes::new).build();

        Optional<String> hop(String address) {
            return table.execute(new Read.Lookup(Prefix.of(address))).stream()
                    .map(Route::hop)
                    .findFirst();
        }

        List<String> hopsWithin(String prefix) {
            return table.execute(new Read.Within(Prefix.of(prefix))).stream()
                    .map(Route::hop)
                    .toList();
        }

        void announce(String prefix, String hop) {
            table.executeMut(new Write.Announce(new Route(Prefix.of(prefix), hop)));
        }

        /** Replaces the route of one prefix by a route of another prefix, in one step. */
        void change(String withdrawn, String announced, String hop) {
            table.executeMutAll(List.of(
                    new Write.Withdraw(Prefix.of(withdrawn)),
                    new Write.Announce(new Route(Prefix.of(announced), hop))));
        }

        @Override
        public void close() {
            table.close();
        }
    }

    public static void main(String[] args) throws InterruptedException {
        try (RoutingTable table = new RoutingTable()) {
            table.announce("10.0.0.0/8", "core");
            table.announce("10.1.0.0/16", "east");
            table.announce("10.1.2.0/24", "lab");
            table.announce("192.168.0.0/16", "west");
            System.out.println("10.1.2.3 -> " + table.hop("10.1.2.3"));
            System.out.println("10.1.9.9 -> " + table.hop("10.1.9.9"));
            System.out.println("10.200.0.1 -> " + table.hop("10.200.0.1"));
            System.out.println("11.0.0.1 -> " + table.hop("11.0.0.1"));
            System.out.println("within 10.1.0.0/16: " + table.hopsWithin("10.1.0.0/16"));

            Thread changer = new Thread(() -> {
                for (int i = 0; i < CHANGES; i += 2) {
                    table.change("192.168.0.0/16", "192.0.0.0/8", "north");
                    table.change("192.0.0.0/8", "192.168.0.0/16", "west");
                }
            });
            changer.start();
            int lost = 0;
            while (changer.isAlive()) {
                lost += table.hop("192.168.7.7").isEmpty() ? 1 : 0;
            }
            changer.join();
            System.out.println("packets without a route while it changed: " + lost);
        }
    }
}
