package org.nr4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Checks that the rules find violations, with classes that break them on purpose. */
class RulesTest {

    private static final String FIXTURE = "org.nr4j.architecture.fixture.";

    private static final Layers LAYERS = new Layers()
            .part(FIXTURE + "layers.contract", "contract", "Contract")
            .packages(FIXTURE + "layers.bottom")
            .packages(FIXTURE + "layers.top")
            .packages(FIXTURE + "layers.contract");

    @Test
    void circles_ofTwoPackages_areFound() {
        assertThat(Rules.circles(fixture("circle"), new Layers()))
                .singleElement()
                .asString()
                .contains("circle.one", "circle.two", "First.second", "Second.firsts");
    }

    @Test
    void circles_amongLayers_areFoundByPackageAndNotByPart() {
        JavaClasses classes = fixture("layers");

        // Low uses Contract, Facade uses High, High uses Contract.
        assertThat(Rules.circles(classes, LAYERS)).isEmpty();
        assertThat(Rules.circles(classes, new Layers())).isNotEmpty();
    }

    @Test
    void upwardDependencies_nameBothClassesAndBothPackages() {
        assertThat(LAYERS.upwardDependencies(fixture("layers")))
                .singleElement()
                .asString()
                .startsWith("Low of " + FIXTURE + "layers.bottom must not use High of " + FIXTURE + "layers.top,")
                .contains("Low$Nested.create()", "Low.java:");
    }

    @Test
    void disagreements_namePackagesWithoutLayerAndLayersWithoutClass() {
        Layers wrong = new Layers()
                .part(FIXTURE + "layers.contract", "contract", "Contract", "Gone")
                .packages(FIXTURE + "layers.bottom", FIXTURE + "layers.gone")
                .packages(FIXTURE + "layers.contract");

        assertThat(LAYERS.disagreements(fixture("layers"))).isEmpty();
        assertThat(wrong.disagreements(fixture("layers")))
                .containsExactly(
                        "class " + FIXTURE + "layers.contract.Gone is listed and does not exist",
                        "layer " + FIXTURE + "layers.gone has no class",
                        "package " + FIXTURE + "layers.top is in no layer");
    }

    @Test
    void crowdedPackages_countTopLevelClassesOfTheChosenPackages() {
        JavaClasses classes = fixture("layers");

        // Low has a nested class.
        assertThat(Rules.crowdedPackages(classes, 1, name -> true))
                .containsExactly("package " + FIXTURE + "layers.contract has 2 classes, more than 1: Contract Facade");
        assertThat(Rules.crowdedPackages(classes, 2, name -> true)).isEmpty();
        assertThat(Rules.crowdedPackages(classes, 1, name -> !name.endsWith("contract")))
                .isEmpty();
    }

    @Test
    void hiddenTypesInSignatures_areFoundInTypeArgumentsAndInheritedMethods() {
        String hidden = FIXTURE + "exported.internal.Hidden";

        assertThat(Rules.hiddenTypesInSignatures(
                        fixture("exported"), Set.of(FIXTURE + "exported"), name -> name.endsWith(".internal")))
                // javac repeats what a public class inherits from a class that others cannot see.
                .containsExactly(
                        FIXTURE + "exported.Base.inherited(" + hidden + ") shows " + hidden + ", which is not exported",
                        FIXTURE + "exported.Shown.argument() shows " + hidden + ", which is not exported",
                        FIXTURE + "exported.Shown.inherited(" + hidden + ") shows " + hidden
                                + ", which is not exported");
    }

    private static JavaClasses fixture(String name) {
        return Rules.classesOf(Rules.home(RulesTest.class).resolve((FIXTURE + name).replace('.', '/')));
    }
}
