/**
 * Procedures of a {@link org.nr4j.kv.KeyValueStore}: functions over its contents that run at one moment, all or
 * nothing.
 *
 * <ul>
 *   <li>A {@link org.nr4j.kv.transaction.Transaction} is what a procedure reads and writes. A procedure that only reads
 *       gets a {@link org.nr4j.kv.transaction.ReadTransaction}.
 *   <li>A {@link org.nr4j.kv.transaction.Procedure} has a name, and an argument and an answer that a
 *       {@link org.nr4j.kv.transaction.Codec} encodes.
 * </ul>
 */
@NullMarked
package org.nr4j.kv.transaction;

import org.jspecify.annotations.NullMarked;
