package org.nr4j.kv.internal;

/** Sees entries in their leaves. */
@FunctionalInterface
interface EntryVisitor {
    void visit(Leaf leaf, int slot);
}
