package org.nr4j.kv.internal.tree;

/** Visits entries in their leaves. */
@FunctionalInterface
public interface EntryVisitor {
    void visit(Leaf leaf, int slot);
}
