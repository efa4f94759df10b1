package org.nr4j.bench.report;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Makes lines of a file of results. */
final class Lines {
    static final String ENVIRONMENT = "{\"environment\":{\"jdk\":\"17\",\"cpu\":\"a <b> & \\\"c\\\"\",\"cpus\":2}}\n";

    private Lines() {}

    /** A throughput. */
    static String rate(String structure, String way, int writes, int threads, double... samples) {
        return line("jmh", structure, way, writes, threads, "", samples);
    }

    /** Any; {@code more} is JSON that begins with a comma. */
    static String line(
            String source, String structure, String way, int writes, int threads, String more, double... samples) {
        String all = Arrays.stream(samples).mapToObj(Double::toString).collect(Collectors.joining(","));
        return ("{\"source\":\"%s\",\"structure\":\"%s\",\"way\":\"%s\",\"writes\":%d,\"threads\":%d,\"replicas\":1,"
                        + "\"entries\":1000,\"unit\":\"Mops/s\",\"median\":%s,\"low\":%s,\"high\":%s,"
                        + "\"samples\":[%s]%s}\n")
                .formatted(
                        source,
                        structure,
                        way,
                        writes,
                        threads,
                        Statistics.median(samples),
                        Arrays.stream(samples).min().orElseThrow(),
                        Arrays.stream(samples).max().orElseThrow(),
                        all,
                        more);
    }

    /** Percentiles of the latency of reads. */
    static String latency(String way, double p99) {
        String more = ",\"op\":\"read\",\"target\":\"rate=1.0\",\"placement\":\"pinned\",\"kept\":" + (p99 < 1000)
                + ",\"p50\":1.5,\"p99\":" + p99 + ",\"p999\":" + 2 * p99 + ",\"max\":" + 3 * p99;
        return line("latency", "TreeMap", way, 10, 2, more, p99);
    }

    static Results parse(String... lines) {
        return Results.parse(String.join("", lines), "test");
    }
}
