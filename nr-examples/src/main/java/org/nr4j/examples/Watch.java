package org.nr4j.examples;

import org.nr4j.examples.watch.WatchProgram;

/**
 * A live view of an instance at work: replicas and how far each lags, followers, how full the log is, batch sizes,
 * throughput, what threads wait for. On a terminal the screen is refreshed each second, elsewhere each refresh is a
 * block of text. Ends after the seconds given, or with Ctrl-C.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.Watch
 * -Dexec.args="--seconds 10"}; {@code --help} lists the options. To see replicas come and go, one break and be rebuilt,
 * and a follower that cannot keep up: {@code -Dexec.args="--seconds 20 --grow 3 --fault 5 --slow-follower 10000"}.
 *
 * <p>All it shows is in {@link org.nr4j.NrStats}; {@code watch.Dashboard} makes text of it, and can be copied to watch
 * an instance of one's own.
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
