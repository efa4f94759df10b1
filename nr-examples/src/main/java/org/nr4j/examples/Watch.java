package org.nr4j.examples;

import org.nr4j.examples.watch.WatchProgram;

/**
 * A live view of a running instance: replicas and their lags, followers, how full the log is, batch sizes, throughput,
 * and what threads wait for. On a terminal, the screen is refreshed each second. Elsewhere, each refresh is a block of
 * text. The program ends after the given seconds, or with Ctrl-C.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.Watch
 * -Dexec.args="--seconds 10"}; {@code --help} lists the options. To see replicas being added and removed, a replica
 * that breaks and is rebuilt, and a follower that cannot keep up: {@code -Dexec.args="--seconds 20 --grow 3 --fault 5
 * --slow-follower 10000"}.
 *
 * <p>All figures come from {@link org.nr4j.NrStats}. {@code watch.Dashboard} formats them; copy it to watch an instance
 * of your own.
 */
public final class Watch {
    private Watch() {}

    public static void main(String[] args) {
        int exitCode = WatchProgram.run(args);
        if (exitCode != WatchProgram.OK) {
            System.exit(exitCode);
        }
    }
}
