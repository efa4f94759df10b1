package org.nr4j.topology;

/** Keeps the exported package from being empty; delete with the first real class. */
final class Placeholder {
    private Placeholder() {}
}
