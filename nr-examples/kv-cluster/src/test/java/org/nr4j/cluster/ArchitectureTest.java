package org.nr4j.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The cluster knows nothing of its demonstration, and the demonstration speaks to it as any client. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.nr4j.cluster");

    @Test
    void clusterAndDemo_knowNothingOfEachOther() {
        noClasses()
                .that()
                .resideInAPackage("org.nr4j.cluster")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.nr4j.cluster.demo")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("org.nr4j.cluster.demo")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.nr4j.cluster", "org.nr4j.server..", "org.apache..")
                .check(CLASSES);
    }
}
