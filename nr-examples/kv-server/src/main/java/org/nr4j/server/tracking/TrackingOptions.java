package org.nr4j.server.tracking;

import java.util.List;

/**
 * What a client wants to be told.
 *
 * @param redirect the client that gets the messages; 0 for the client itself
 * @param broadcast whether it is told of all keys with some prefixes, rather than of those that it has read
 * @param optIn whether only the keys of commands after CLIENT CACHING YES count
 * @param optOut whether the keys of commands after CLIENT CACHING NO do not count
 * @param noLoop whether it is not told of its own changes
 * @param prefixes of a broadcast; the empty prefix stands for all keys
 */
public record TrackingOptions(
        long redirect, boolean broadcast, boolean optIn, boolean optOut, boolean noLoop, List<byte[]> prefixes) {}
