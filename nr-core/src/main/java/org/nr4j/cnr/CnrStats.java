package org.nr4j.cnr;

import java.util.List;
import org.nr4j.NrStats;

/**
 * What an instance has done so far and how it stands. The figures are read one after the other while the instance works, so they need not fit each other exactly.
 *
 * @param logs for each log, by number, what {@link NrStats} tells. A write of several logs is in the {@code index} of each
 * @param crossings operations of several logs that were put into these logs, or with a single replica took the locks of all of them
 * @param readCuts reads of several logs that found them at rest together, and so needed no entry in them
 */
public record CnrStats(List<NrStats> logs, long crossings, long readCuts) {}
