package org.nr4j.cnr;

import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.MapFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import junit.framework.TestCase;
import junit.framework.TestSuite;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.nr4j.testing.SuiteNodes;

/** Guava's suite for concurrent maps, every test of it, on the maps over several logs. Nothing is suppressed. After each test the replicas of the maps it made must be equal. That such a suite can fail, {@code org.nr4j.kv.GuavaSuitesTest} shows. */
class LogMapGuavaSuitesTest {
    /** The maps that the running test made, to be checked and closed. */
    private final List<MapOverLogs<String, String>> open = new ArrayList<>();

    @TestFactory
    Stream<DynamicNode> partitioned_oneReplica() {
        return suite(new LogMapForm(true, 1, 4, 1));
    }

    @TestFactory
    Stream<DynamicNode> partitioned_twoReplicas() {
        return suite(new LogMapForm(true, 2, 2, 1));
    }

    @TestFactory
    Stream<DynamicNode> concurrent_twoReplicas() {
        return suite(new LogMapForm(false, 2, 4, 1));
    }

    private Stream<DynamicNode> suite(LogMapForm form) {
        TestSuite suite = ConcurrentMapTestSuiteBuilder.using(new TestStringMapGenerator() {
                    @Override
                    protected Map<String, String> create(Map.Entry<String, String>[] entries) {
                        MapOverLogs<String, String> map = form.newMap();
                        open.add(map);
                        Stream.of(entries).forEach(entry -> map.put(entry.getKey(), entry.getValue()));
                        return map;
                    }
                })
                .named(form.toString())
                .withFeatures(
                        MapFeature.GENERAL_PURPOSE, CollectionFeature.SUPPORTS_ITERATOR_REMOVE, CollectionSize.ANY)
                .createTestSuite();
        return SuiteNodes.of(suite, this::run);
    }

    private void run(TestCase test) throws Throwable {
        try {
            test.runBare();
            open.forEach(LogMapForm::assertReplicasEqual);
        } finally {
            open.forEach(MapOverLogs::close);
            open.clear();
        }
    }
}
