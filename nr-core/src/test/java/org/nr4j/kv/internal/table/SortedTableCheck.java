package org.nr4j.kv.internal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;

/** Checks the invariants of the nodes of a {@link SortedTable} of numbers. */
public final class SortedTableCheck {
    private final Set<Integer> depths = new HashSet<>();
    private int leaves;

    private SortedTableCheck() {}

    /** Checks all nodes; returns how many leaves there are. */
    static int leaves(SortedTable<Integer, ?> table) {
        SortedTableCheck check = new SortedTableCheck();
        int entries = check.entries(table.root(), 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        assertThat(entries).isEqualTo(table.size());
        assertThat(check.depths).as("depths of leaves").hasSize(1);
        return check.leaves;
    }

    /** Keys of the node are at least {@code low} and below {@code high}. */
    private int entries(SortedNode<Integer> node, int depth, int low, int high) {
        long before = low - 1L;
        for (int i = 0; i < node.keyCount(); i++) {
            assertThat((long) node.key(i)).isGreaterThan(before).isLessThan(high);
            before = node.key(i);
        }
        for (int i = Math.max(0, node.keyCount()); i < node.keys.length; i++) {
            assertThat(node.keys[i]).as("key that is not in use").isNull();
        }
        for (int i = node.size; i < node.slots.length; i++) {
            assertThat(node.slots[i]).as("slot that is not in use").isNull();
        }
        int entries = node.leaf ? leaf(node, depth) : inner(node, depth, low, high);
        assertThat(node.entries).isEqualTo(entries);
        return entries;
    }

    private int leaf(SortedNode<Integer> node, int depth) {
        assertThat(node.size > 0 || depth == 0).as("an empty leaf is the root").isTrue();
        depths.add(depth);
        leaves++;
        return node.size;
    }

    private int inner(SortedNode<Integer> node, int depth, int low, int high) {
        assertThat(node.size).as("children").isBetween(depth == 0 ? 2 : 1, SortedNode.CAPACITY);
        int entries = 0;
        for (int i = 0; i < node.size; i++) {
            int from = i == 0 ? low : node.key(i - 1);
            int to = i == node.size - 1 ? high : node.key(i);
            entries += entries(node.child(i), depth + 1, from, to);
        }
        return entries;
    }
}
