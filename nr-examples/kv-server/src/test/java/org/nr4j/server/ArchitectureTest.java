package org.nr4j.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Each package knows only those below it. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.nr4j.server");

    @Test
    void packages_knowOnlyThoseBelow() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("server")
                .definedBy("org.nr4j.server")
                .layer("http")
                .definedBy("org.nr4j.server.http..")
                .layer("metrics")
                .definedBy("org.nr4j.server.metrics")
                .layer("net")
                .definedBy("org.nr4j.server.net")
                .layer("session")
                .definedBy("org.nr4j.server.session")
                .layer("tracking")
                .definedBy("org.nr4j.server.tracking")
                .layer("acl")
                .definedBy("org.nr4j.server.acl")
                .layer("monitor")
                .definedBy("org.nr4j.server.monitor")
                .layer("engine")
                .definedBy("org.nr4j.server.engine")
                .layer("cluster")
                .definedBy("org.nr4j.server.cluster")
                .layer("command")
                .definedBy("org.nr4j.server.command..")
                .layer("script")
                .definedBy("org.nr4j.server.script..")
                .layer("rdb")
                .definedBy("org.nr4j.server.rdb")
                .layer("type")
                .definedBy("org.nr4j.server.type..")
                .layer("protocol")
                .definedBy("org.nr4j.server.protocol")
                .layer("config")
                .definedBy("org.nr4j.server.config")
                .whereLayer("server")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("http")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("metrics")
                .mayOnlyBeAccessedByLayers("http")
                .whereLayer("net")
                .mayOnlyBeAccessedByLayers("http", "server")
                .whereLayer("session")
                .mayOnlyBeAccessedByLayers("net", "http", "metrics", "server")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("tracking", "session", "metrics", "http", "server")
                .whereLayer("tracking")
                .mayOnlyBeAccessedByLayers("session")
                .whereLayer("cluster")
                .mayOnlyBeAccessedByLayers("engine", "session", "metrics", "server")
                .whereLayer("acl")
                .mayOnlyBeAccessedByLayers("engine", "session", "server")
                .whereLayer("monitor")
                .mayOnlyBeAccessedByLayers("session", "metrics")
                .whereLayer("command")
                .mayOnlyBeAccessedByLayers("acl", "monitor", "engine", "tracking", "session", "http")
                .whereLayer("script")
                .mayOnlyBeAccessedByLayers("command", "session")
                .whereLayer("rdb")
                .mayOnlyBeAccessedByLayers("command", "engine", "session")
                .whereLayer("type")
                .mayOnlyBeAccessedByLayers("rdb", "command", "engine", "tracking", "session")
                .whereLayer("protocol")
                .mayOnlyBeAccessedByLayers(
                        "acl", "monitor", "rdb", "script", "command", "engine", "session", "net", "http", "config")
                .whereLayer("config")
                .mayOnlyBeAccessedByLayers("cluster", "monitor", "session", "net", "http", "metrics", "server")
                .check(CLASSES);
    }

    @Test
    void packagesOfCommands_haveNoCircles() {
        slices().matching("org.nr4j.server.command.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("org.nr4j.server.command")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.nr4j.server.command.*")
                .check(CLASSES);
    }
}
