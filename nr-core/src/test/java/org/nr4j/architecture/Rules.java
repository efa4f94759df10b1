package org.nr4j.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Rules about packages. Each returns a description of every violation. */
public final class Rules {

    private Rules() {}

    /** The directory that a class was loaded from. */
    public static Path home(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** The classes below a directory. */
    public static JavaClasses classesOf(Path directory) {
        return new ClassFileImporter().importPath(directory);
    }

    /** The packages that the module in a directory exports to all. */
    public static Set<String> exportedPackages(Path directory) {
        ModuleDescriptor module = ModuleFinder.of(directory).findAll().stream()
                .findFirst()
                .orElseThrow()
                .descriptor();
        return module.exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Describes each circle among slices. */
    public static List<String> circles(JavaClasses classes, Layers layers) {
        SliceAssignment assignment = new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(layers.sliceOf(type));
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
        return SlicesRuleDefinition.slices()
                .assignedFrom(assignment)
                .should()
                .beFreeOfCycles()
                .evaluate(classes)
                .getFailureReport()
                .getDetails();
    }

    /** Describes each package with more than {@code most} top-level classes. {@code package-info} does not count. */
    public static List<String> crowdedPackages(JavaClasses classes, int most, Predicate<String> packages) {
        Map<String, Set<String>> names = new TreeMap<>();
        for (JavaClass type : classes) {
            if (type.isTopLevelClass() && !type.getName().endsWith("-info") && packages.test(type.getPackageName())) {
                names.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>())
                        .add(type.getSimpleName());
            }
        }
        List<String> result = new ArrayList<>();
        names.forEach((name, members) -> {
            if (members.size() > most) {
                result.add("package " + name + " has " + members.size() + " classes, more than " + most + ": "
                        + String.join(" ", members));
            }
        });
        return result;
    }

    /**
     * Describes each use of a hidden type in a signature of the API: in the supertypes, type parameters, fields,
     * constructors and methods of public classes, where the member is public or protected. Members that a public class
     * inherits count too.
     */
    public static List<String> hiddenTypesInSignatures(
            JavaClasses classes, Set<String> exported, Predicate<String> hidden) {
        Set<String> result = new TreeSet<>();
        for (JavaClass type : classes) {
            if (!exported.contains(type.getPackageName()) || !isVisible(type)) {
                continue;
            }
            List<JavaType> ofClass = new ArrayList<>(type.getTypeParameters());
            ofClass.addAll(type.getInterfaces());
            type.getSuperclass().ifPresent(ofClass::add);
            report(result, type.getName(), ofClass, hidden);
            for (JavaMember member : type.getAllMembers()) {
                if (isVisible(member.getModifiers())) {
                    report(result, member.getFullName(), typesOf(member), hidden);
                }
            }
        }
        return List.copyOf(result);
    }

    private static boolean isVisible(JavaClass type) {
        return isVisible(type.getModifiers())
                && type.getEnclosingClass().map(Rules::isVisible).orElse(true);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static List<JavaType> typesOf(JavaMember member) {
        List<JavaType> result = new ArrayList<>();
        if (member instanceof JavaField field) {
            result.add(field.getType());
        } else if (member instanceof JavaCodeUnit code) {
            result.add(code.getReturnType());
            result.addAll(code.getParameterTypes());
            result.addAll(code.getTypeParameters());
            result.addAll(code.getExceptionTypes());
        }
        return result;
    }

    private static void report(Set<String> result, String place, List<JavaType> types, Predicate<String> hidden) {
        for (JavaType type : types) {
            for (JavaClass raw : type.getAllInvolvedRawTypes()) {
                JavaClass named = raw.getBaseComponentType();
                if (hidden.test(named.getPackageName())) {
                    result.add(place + " shows " + named.getName() + ", which is not exported");
                }
            }
        }
    }
}
