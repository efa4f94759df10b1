package org.nr4j.kv.internal.reconcile.view;

/**
 * Consecutive entries of a span.
 *
 * @param offset how many entries of the span come before
 * @param length how many entries there are
 */
public record Run(long offset, long length) {}
