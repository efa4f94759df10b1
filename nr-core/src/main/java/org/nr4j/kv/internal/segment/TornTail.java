package org.nr4j.kv.internal.segment;

/**
 * What a crash left of records whose sync had not returned. It is cut off when the log starts.
 *
 * @param file the name of the newest segment's file
 * @param offset where the tail starts, in bytes from the start of the file
 * @param bytes the length of the tail
 */
public record TornTail(String file, long offset, long bytes) {}
