package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nr4j.architecture.Layers;
import org.nr4j.architecture.Rules;

/** Checks the library's packages: which may use which, and how many classes one may have. */
class ArchitectureTest {

    /** The most top-level classes that a package may have that is not exported. */
    private static final int MOST_CLASSES = 15;

    /** Bottom layer first. A class may use its own layer and lower ones. A new package needs a line here. */
    private static final Layers LAYERS = new Layers()
            .part(
                    "org.nr4j",
                    "contract",
                    "AnswerLostException",
                    "BatchFailedException",
                    "Dispatch",
                    "FollowerDroppedException",
                    "FollowerOptions",
                    "LogConsumer",
                    "NrStats",
                    "ReplicasDifferException",
                    "RepeatedVerification",
                    "Snapshot",
                    "StaleRead",
                    "WaitStrategy",
                    "WriteBatch")
            .packages("org.nr4j.internal.padding")
            .packages("org.nr4j.internal.thread")
            .packages("org.nr4j.internal.stats")
            .packages("org.nr4j.topology")
            .packages("org.nr4j.internal.lock")
            .packages("org.nr4j.internal.log")
            .packages("org.nr4j.internal.combine")
            .packages("org.nr4j.internal.follow")
            .packages("org.nr4j.internal.async")
            .packages("org.nr4j.internal.replica")
            .packages("org.nr4j.internal.admin")
            .packages("org.nr4j.internal.multilog")
            .packages("org.nr4j")
            .packages("org.nr4j.cnr")
            .packages("org.nr4j.kv.internal.bytes")
            .packages("org.nr4j.kv.internal.file")
            .packages("org.nr4j.kv.durable")
            .packages("org.nr4j.kv.internal.disk")
            .packages("org.nr4j.kv.internal.segment")
            .packages("org.nr4j.kv.internal.wal")
            .packages("org.nr4j.kv.internal.views")
            .packages("org.nr4j.kv.internal.value")
            .packages("org.nr4j.kv.internal.tree")
            .packages("org.nr4j.kv.internal.contents")
            .packages("org.nr4j.kv.internal.replica")
            .packages("org.nr4j.kv.internal.op")
            .packages("org.nr4j.kv.internal.procedure")
            .packages("org.nr4j.kv.internal.encoding")
            .packages("org.nr4j.kv.internal.values")
            .packages("org.nr4j.kv.internal.durable")
            .part("org.nr4j.kv.durable", "files", "StoreFiles")
            .packages("org.nr4j.kv.internal.expiry")
            .packages("org.nr4j.kv.internal.store")
            .packages("org.nr4j.kv.internal.feed")
            .packages("org.nr4j.kv.internal.table")
            .packages("org.nr4j.kv.internal.map")
            .part("org.nr4j.kv", "keys and entries", "Entry", "Expiry", "KeyRange", "ScanOrder")
            .packages("org.nr4j.kv.transaction")
            .packages("org.nr4j.kv.replication")
            .packages("org.nr4j.kv")
            .part(
                    "org.nr4j.kv.reconcile",
                    "values",
                    "EntryHead",
                    "MergePolicy",
                    "ReconcileException",
                    "ReconcileOptions",
                    "ReconcileStats")
            .packages("org.nr4j.kv.internal.reconcile.wire")
            .packages("org.nr4j.kv.internal.reconcile.view")
            .packages("org.nr4j.kv.internal.reconcile.answer")
            .packages("org.nr4j.kv.internal.reconcile")
            .packages("org.nr4j.kv.reconcile");

    private static JavaClasses classes;
    private static Set<String> exported;

    @BeforeAll
    static void readClasses() {
        Path home = Rules.home(NodeReplicated.class);
        classes = Rules.classesOf(home);
        exported = Rules.exportedPackages(home);
    }

    @Test
    void layers_nameExactlyThePackagesThatExist() {
        assertThat(LAYERS.disagreements(classes)).isEmpty();
    }

    @Test
    void dependencies_pointDownwards() {
        assertThat(LAYERS.upwardDependencies(classes)).isEmpty();
    }

    @Test
    void packages_haveNoCircle() {
        assertThat(Rules.circles(classes, LAYERS)).isEmpty();
    }

    @Test
    void packagesThatAreNotExported_areSmall() {
        assertThat(Rules.crowdedPackages(classes, MOST_CLASSES, name -> !exported.contains(name)))
                .isEmpty();
    }

    @Test
    void signaturesOfTheApi_showExportedTypesOnly() {
        assertThat(Rules.hiddenTypesInSignatures(
                        classes, exported, name -> name.startsWith("org.nr4j") && !exported.contains(name)))
                .isEmpty();
    }
}
