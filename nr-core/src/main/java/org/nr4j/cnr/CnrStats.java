package org.nr4j.cnr;

import java.util.List;
import org.nr4j.NrStats;

/**
 * Statistics of an instance: what it has done so far, and its state. The figures are read one after the other while the
 * instance works, so they need not be consistent with each other.
 *
 * @param logs the statistics of each log, by number. A write of several logs counts in the {@code index} of each
 * @param crossings how many multi-log operations were put into their logs. With a single replica: how many took the
 *     locks of all their logs
 * @param readCuts how many multi-log reads ran without an entry in the logs, because all their logs were at rest
 */
public record CnrStats(List<NrStats> logs, long crossings, long readCuts) {}
