package org.nr4j;

/** Keeps the exported package from being empty; delete with the first real class. */
final class Placeholder {
    private Placeholder() {}
}
