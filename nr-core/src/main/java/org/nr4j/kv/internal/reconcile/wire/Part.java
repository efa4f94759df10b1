package org.nr4j.kv.internal.reconcile.wire;

import org.jspecify.annotations.Nullable;

/**
 * A part of a range that was cut, and its summary. Its lowest key is the end of the part before. Nobody must change the
 * array.
 *
 * @param end the lowest key above the part; null if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // parts are never compared
public record Part(byte @Nullable [] end, Summary summary) {}
