package org.nr4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nr4j.examples.RoutingTableExample.Prefix;
import org.nr4j.examples.RoutingTableExample.Read;
import org.nr4j.examples.RoutingTableExample.Route;
import org.nr4j.examples.RoutingTableExample.Routes;
import org.nr4j.examples.RoutingTableExample.Write;

class RoutingTableTest {
    private static final long SEED = 20261101;

    @Test
    void prefix_text_isAddressWithoutHostBits() {
        assertThat(Prefix.of("10.1.2.3/8")).isEqualTo(new Prefix(10L << 24, 8));
        assertThat(Prefix.of("255.255.255.255")).isEqualTo(new Prefix(0xFFFF_FFFFL, 32));
        assertThat(Prefix.of("0.0.0.0/0").contains(Prefix.of("200.1.2.3"))).isTrue();
    }

    @Test
    void lookupAndWithin_randomTables_asInAListOfRoutes() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int table = 0; table < 100; table++) {
            Routes routes = new Routes();
            List<Route> list = new ArrayList<>();
            int size = random.nextInt(60);
            for (int i = 0; i < size; i++) {
                Route route = new Route(prefix(random), "hop" + i);
                routes.dispatchMut(new Write.Announce(route));
                list.removeIf(r -> r.prefix().equals(route.prefix()));
                list.add(route);
            }
            for (int i = 0; i < 200; i++) {
                Prefix address = new Prefix(random.nextLong(1L << 32) & 0xE0E0_E0E0L, 32);
                assertThat(routes.dispatch(new Read.Lookup(address))).isEqualTo(longest(list, address));
                Prefix range = prefix(random);
                assertThat(routes.dispatch(new Read.Within(range))).isEqualTo(within(list, range));
            }
        }
    }

    /** Few different bits, so that prefixes contain each other. */
    private static Prefix prefix(SplittableRandom random) {
        int length = random.nextInt(33);
        long bits = random.nextLong(1L << 32) & 0xE0E0_E0E0L;
        return new Prefix(bits & ~(0xFFFF_FFFFL >>> length), length);
    }

    private static List<Route> longest(List<Route> list, Prefix address) {
        return list.stream()
                .filter(route -> route.prefix().contains(address))
                .max(Comparator.comparingInt(route -> route.prefix().length()))
                .map(List::of)
                .orElse(List.of());
    }

    private static List<Route> within(List<Route> list, Prefix range) {
        return list.stream()
                .filter(route -> range.contains(route.prefix()))
                .sorted(Comparator.comparing(Route::prefix, Prefix.ORDER))
                .toList();
    }
}
