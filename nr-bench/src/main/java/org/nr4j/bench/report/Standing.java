package org.nr4j.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Compares the library with its rivals in one configuration: the fastest of the library's ways against the fastest of
 * all others. {@code bare} does not take part, because it is not safe.
 *
 * @param facet the facet of both results
 * @param writes share of writes, per cent
 * @param threads number of threads
 * @param ours the library's result
 * @param rival the best result of the others
 * @param ratio the ratio of their rates
 */
record Standing(Facet facet, int writes, int threads, Result ours, Result rival, Ratio ratio) {
    /** Returns the standing at a place; empty if the library or all others are missing there. */
    static Optional<Standing> of(Facet facet, int writes, int threads) {
        List<Result> here = facet.at(writes, threads);
        Comparator<Result> byRate = Comparator.comparingDouble(Result::median);
        Optional<Result> ours = ours(here);
        Optional<Result> rival = here.stream()
                .filter(result -> !result.configuration().ours()
                        && !result.configuration().way().equals(Configuration.BARE))
                .max(byRate);
        if (ours.isEmpty() || rival.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Standing(
                facet,
                writes,
                threads,
                ours.get(),
                rival.get(),
                Statistics.ratio(ours.get().runs(), rival.get().runs())));
    }

    /** Returns the fastest of the library's results. */
    static Optional<Result> ours(List<Result> results) {
        return results.stream()
                .filter(result -> result.configuration().ours())
                .max(Comparator.comparingDouble(Result::median));
    }

    /** Returns the standings at all shares of writes, with as many threads as there are cpus. */
    static List<Standing> all(List<Facet> facets, int cpus) {
        List<Standing> all = new ArrayList<>();
        for (Facet facet : facets) {
            for (int writes : facet.writes()) {
                of(facet, writes, facet.threadsOn(cpus)).ifPresent(all::add);
            }
        }
        return all;
    }
}
