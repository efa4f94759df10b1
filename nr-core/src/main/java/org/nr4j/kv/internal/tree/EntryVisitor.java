package org.nr4j.kv.internal.tree;

/** Sees entries in their leaves. */
@FunctionalInterface
public interface EntryVisitor {
    void visit(Leaf leaf, int slot);
}
