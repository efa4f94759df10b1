/** The ordered tree that holds the entries of one part of a store: its nodes, cursors and scans. */
@NullMarked
package org.nr4j.kv.internal.tree;

import org.jspecify.annotations.NullMarked;
