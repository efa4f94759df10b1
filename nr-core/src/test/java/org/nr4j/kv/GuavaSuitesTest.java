package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.ConcurrentNavigableMapTestSuiteBuilder;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.TestStringSortedMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.Feature;
import com.google.common.collect.testing.features.MapFeature;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import junit.framework.TestCase;
import junit.framework.TestSuite;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.nr4j.testing.SuiteNodes;
import org.nr4j.topology.NumaTopology;

/**
 * Guava's suites for concurrent maps, every test of them, on the maps, their key sets, values and entry sets. For
 * sorted maps, also on all kinds of parts and their descending views. Nothing is suppressed. After each test, the
 * replicas of the maps it made must be equal.
 */
@Tag("suites")
class GuavaSuitesTest {
    /** Found out once: reading it takes longer than most of the tests. */
    private static final NumaTopology TOPOLOGY = NumaTopology.detect();

    private static final Feature<?>[] FEATURES = {
        MapFeature.GENERAL_PURPOSE, CollectionFeature.SUPPORTS_ITERATOR_REMOVE, CollectionSize.ANY
    };
    private static final Feature<?>[] SORTED_FEATURES = {
        MapFeature.GENERAL_PURPOSE,
        CollectionFeature.SUPPORTS_ITERATOR_REMOVE,
        CollectionFeature.KNOWN_ORDER,
        CollectionSize.ANY
    };

    /** The maps that the test of this thread made, to be checked and closed. */
    private final ThreadLocal<List<ConcurrentMap<String, String>>> open = ThreadLocal.withInitial(ArrayList::new);

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicNode> hashed_oneReplica() {
        return hashed(() -> ReplicatedMap.<String, String>builder()
                .topology(TOPOLOGY)
                .replicas(1)
                .build());
    }

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicNode> hashed_threeReplicas_tinyLog() {
        return hashed(() -> ReplicatedMap.<String, String>builder()
                .topology(TOPOLOGY)
                .replicas(3)
                .logCapacity(1)
                .build());
    }

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicNode> hashed_twoReplicas_threeLogs() {
        return hashed(() -> ReplicatedMap.<String, String>builder()
                .topology(TOPOLOGY)
                .replicas(2)
                .logs(3)
                .build());
    }

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicNode> sorted_oneReplica_naturalOrder() {
        return sorted(() -> ReplicatedNavigableMap.<String, String>builder()
                .topology(TOPOLOGY)
                .replicas(1)
                .build());
    }

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicNode> sorted_threeReplicas_tinyLog_comparator() {
        Comparator<String> order = (a, b) -> a.compareTo(b);
        return sorted(() -> ReplicatedNavigableMap.<String, String>builder(order)
                .topology(TOPOLOGY)
                .replicas(3)
                .logCapacity(1)
                .build());
    }

    /** The tests above can fail. */
    @Test
    void aMapThatIsWrong_isCaught() {
        class Overwriting extends ConcurrentHashMap<String, String> {
            private static final long serialVersionUID = 1;

            @Override
            public String putIfAbsent(String key, String value) {
                return put(key, value);
            }
        }
        TestSuite suite = ConcurrentMapTestSuiteBuilder.using(new TestStringMapGenerator() {
                    @Override
                    protected Map<String, String> create(Map.Entry<String, String>[] entries) {
                        Map<String, String> map = new Overwriting();
                        Stream.of(entries).forEach(each -> map.put(each.getKey(), each.getValue()));
                        return map;
                    }
                })
                .named("wrong")
                .withFeatures(FEATURES)
                .createTestSuite();
        List<String> caught = new ArrayList<>();
        leaves(nodes(suite)).forEach(test -> {
            try {
                test.getExecutable().execute();
            } catch (Throwable e) {
                caught.add(test.getDisplayName());
            }
        });
        assertThat(caught).anyMatch(name -> name.startsWith("testPutIfAbsent_supportedPresent"));
    }

    private static Stream<DynamicTest> leaves(Stream<? extends DynamicNode> nodes) {
        return nodes.flatMap(node -> node instanceof DynamicContainer container
                ? leaves(container.getChildren())
                : Stream.of((DynamicTest) node));
    }

    private Stream<DynamicNode> hashed(Supplier<ReplicatedMap<String, String>> maps) {
        TestSuite suite = ConcurrentMapTestSuiteBuilder.using(new TestStringMapGenerator() {
                    @Override
                    protected Map<String, String> create(Map.Entry<String, String>[] entries) {
                        return filled(maps.get(), entries);
                    }
                })
                .named("hashed")
                .withFeatures(FEATURES)
                .createTestSuite();
        return nodes(suite);
    }

    private Stream<DynamicNode> sorted(Supplier<ReplicatedNavigableMap<String, String>> maps) {
        TestSuite suite = ConcurrentNavigableMapTestSuiteBuilder.using(new TestStringSortedMapGenerator() {
                    @Override
                    protected SortedMap<String, String> create(Map.Entry<String, String>[] entries) {
                        return filled(maps.get(), entries);
                    }
                })
                .named("sorted")
                .withFeatures(SORTED_FEATURES)
                .createTestSuite();
        return nodes(suite);
    }

    private <M extends ConcurrentMap<String, String>> M filled(M map, Map.Entry<String, String>[] entries) {
        open.get().add(map);
        for (Map.Entry<String, String> entry : entries) {
            map.put(entry.getKey(), entry.getValue());
        }
        return map;
    }

    private Stream<DynamicNode> nodes(TestSuite suite) {
        return SuiteNodes.of(suite, this::run);
    }

    private void run(TestCase test) throws Throwable {
        try {
            test.runBare();
            open.get().forEach(MapReplicas::assertEqual);
        } finally {
            open.get().forEach(map -> MapForm.store(map).replicated().close());
            open.remove();
        }
    }
}
