package org.nr4j.cluster.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A client that appends numbers to a list of its own, one after the other. It sends a number again if the cluster says
 * that the command has not run. It never does so if it does not know.
 */
final class Writer implements Runnable {
    private static final int TIMEOUT_MILLIS = 7_000;

    private final int number;
    private final List<MemberProcess> members;
    private final Timeline timeline;
    private final AtomicBoolean stop;
    private final Set<String> acknowledged = new HashSet<>();
    private final Set<String> unknown = new HashSet<>();
    private int retried;
    private int connectedTo;
    private long longestNanos;
    private @Nullable RespConnection connection;

    Writer(int number, List<MemberProcess> members, Timeline timeline, AtomicBoolean stop) {
        this.number = number;
        this.members = members;
        this.timeline = timeline;
        this.stop = stop;
        this.connectedTo = number % members.size();
    }

    String key() {
        return "client:" + number;
    }

    @Override
    public void run() {
        try {
            for (long next = 0; !stop.get(); next++) {
                long began = System.nanoTime();
                write(Long.toString(next));
                longestNanos = Math.max(longestNanos, System.nanoTime() - began);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    private void write(String value) throws InterruptedException {
        while (!stop.get()) {
            RespConnection current = connect();
            if (current == null) {
                continue;
            }
            try {
                Object reply = current.call("RPUSH", key(), value);
                if (reply instanceof Long) {
                    acknowledged.add(value);
                    timeline.ok();
                    return;
                }
                if (!(reply instanceof RespConnection.Failure failure) || !failure.isNotRun()) {
                    unknown.add(value);
                    timeline.trouble();
                    return;
                }
                retried++;
                timeline.trouble();
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (IOException e) {
                // The command was sent. Whether it has run is not known.
                unknown.add(value);
                timeline.trouble();
                disconnect();
                return;
            }
        }
    }

    /** Returns the connection; null if the member cannot be reached. Then the next try is another member. */
    private @Nullable RespConnection connect() throws InterruptedException {
        if (connection == null) {
            try {
                connection = new RespConnection(members.get(connectedTo).port(), TIMEOUT_MILLIS);
            } catch (IOException e) {
                connectedTo = (connectedTo + 1) % members.size();
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
        return connection;
    }

    private void disconnect() {
        RespConnection current = connection;
        if (current != null) {
            current.close();
        }
        connection = null;
        connectedTo = (connectedTo + 1) % members.size();
    }

    int acknowledged() {
        return acknowledged.size();
    }

    int unknown() {
        return unknown.size();
    }

    int retried() {
        return retried;
    }

    long longestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longestNanos);
    }

    /** What the cluster has of the writes of a client. */
    record Verdict(int missing, int twice, int unknownThere, int strange) {}

    /** Compares the list that the cluster has with what the client was told. */
    Verdict compare(List<?> stored) {
        Set<String> seen = new HashSet<>();
        int twice = 0;
        int unknownThere = 0;
        int strange = 0;
        for (Object value : stored) {
            String text = String.valueOf(value);
            twice += seen.add(text) ? 0 : 1;
            unknownThere += unknown.contains(text) ? 1 : 0;
            strange += acknowledged.contains(text) || unknown.contains(text) ? 0 : 1;
        }
        List<String> missing = new ArrayList<>(acknowledged);
        missing.removeAll(seen);
        return new Verdict(missing.size(), twice, unknownThere, strange);
    }
}
