package org.nr4j.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An ordered list of layers, bottom layer first. A class may depend on its own layer and on lower ones.
 *
 * <p>A layer consists of packages, or of named classes of a package. The named classes form a slice of their own, so
 * that one package can have a part that everything uses and a part that uses everything.
 */
public final class Layers {

    /** Slice to layer number. A slice is a package, or the part of a package that {@link #part} named. */
    private final Map<String, Integer> layerOf = new HashMap<>();

    /** Name of a top-level class to the slice that {@link #part} put it in. */
    private final Map<String, String> partOf = new HashMap<>();

    private int count;

    /** Adds a layer above those that exist: these packages, without their subpackages. */
    public Layers packages(String... packages) {
        for (String name : packages) {
            add(name);
        }
        count++;
        return this;
    }

    /** Adds a layer above those that exist: some top-level classes of one package, which the layer's name tells. */
    public Layers part(String packageName, String title, String... simpleNames) {
        String slice = packageName + " (" + title + ")";
        add(slice);
        for (String simpleName : simpleNames) {
            partOf.put(packageName + "." + simpleName, slice);
        }
        count++;
        return this;
    }

    private void add(String slice) {
        if (layerOf.put(slice, count) != null) {
            throw new IllegalArgumentException("in two layers: " + slice);
        }
    }

    /** The slice that a class belongs to. A nested class and an array belong to the slice of their top-level class. */
    public String sliceOf(JavaClass type) {
        JavaClass top = topLevel(type);
        return partOf.getOrDefault(top.getName(), top.getPackageName());
    }

    static JavaClass topLevel(JavaClass type) {
        JavaClass top = type.getBaseComponentType();
        while (top.getEnclosingClass().isPresent()) {
            top = top.getEnclosingClass().get();
        }
        return top;
    }

    /** Names what the list and the classes disagree on: packages without a layer, and slices without a class. */
    public List<String> disagreements(JavaClasses classes) {
        Set<String> found = new HashSet<>();
        Set<String> missing = new HashSet<>(partOf.keySet());
        List<String> result = new ArrayList<>();
        for (JavaClass type : classes) {
            missing.remove(type.getName());
            String slice = sliceOf(type);
            if (found.add(slice) && !layerOf.containsKey(slice)) {
                result.add("package " + slice + " is in no layer");
            }
        }
        missing.forEach(name -> result.add("class " + name + " is listed and does not exist"));
        layerOf.keySet().stream()
                .filter(slice -> !found.contains(slice))
                .forEach(slice -> result.add("layer " + slice + " has no class"));
        result.sort(null);
        return result;
    }

    /** Describes each dependency of a class on a class of a higher layer, once for each pair of top-level classes. */
    public List<String> upwardDependencies(JavaClasses classes) {
        Map<String, String> result = new TreeMap<>();
        for (JavaClass type : classes) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass();
                if (layer(type) < layer(target)) {
                    String pair = named(type) + " must not use " + named(target) + ", which is in a higher layer";
                    result.putIfAbsent(pair, pair + ": " + dependency.getDescription());
                }
            }
        }
        return List.copyOf(result.values());
    }

    private String named(JavaClass type) {
        return topLevel(type).getSimpleName() + " of " + sliceOf(type);
    }

    /** Layer 0 also holds all classes that are in no layer, such as those of the JDK. */
    private int layer(JavaClass type) {
        return layerOf.getOrDefault(sliceOf(type), 0);
    }
}
