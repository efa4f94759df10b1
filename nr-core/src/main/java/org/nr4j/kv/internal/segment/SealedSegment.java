package org.nr4j.kv.internal.segment;

/**
 * A segment that gets no more records.
 *
 * @param bytes the length of its file
 */
public record SealedSegment(SegmentHeader header, long bytes) {}
