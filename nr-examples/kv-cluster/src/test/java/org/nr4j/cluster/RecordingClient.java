package org.nr4j.cluster;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.nr4j.cluster.demo.MemberProcess;
import org.nr4j.cluster.demo.RespConnection;
import org.nr4j.linearizability.Command;
import org.nr4j.linearizability.HistoryRecorder;
import org.nr4j.linearizability.HistoryRecorder.Call;
import org.nr4j.linearizability.Maps;
import org.nr4j.linearizability.Outcome;

/**
 * A client that reads, writes and counts up a few keys, and records what it saw. An operation whose outcome it does not
 * know stays pending in the history: it may take effect at any later time, or never.
 */
final class RecordingClient implements Runnable {
    private static final int TIMEOUT_MILLIS = 4_000;
    private static final int KEYS = 6;

    private final List<MemberProcess> members;
    private final HistoryRecorder<Command<Map<Integer, Integer>>, Object> recorder;
    private final AtomicBoolean stop;
    private final Random random;
    final LongAdder done = new LongAdder();
    final LongAdder unknown = new LongAdder();

    RecordingClient(
            List<MemberProcess> members,
            HistoryRecorder<Command<Map<Integer, Integer>>, Object> recorder,
            AtomicBoolean stop,
            long seed) {
        this.members = members;
        this.recorder = recorder;
        this.stop = stop;
        this.random = new Random(seed);
    }

    /** Adds one to a key that may be missing. Answers the new value. */
    private static Command<Map<Integer, Integer>> increment(int key) {
        return Command.<Map<Integer, Integer>>write("increment(" + key + ")", map -> map.merge(key, 1, Integer::sum))
                .onlyOn(key);
    }

    @Override
    public void run() {
        while (!stop.get()) {
            MemberProcess member = members.get(random.nextInt(members.size()));
            try (RespConnection connection = new RespConnection(member.port(), TIMEOUT_MILLIS)) {
                for (int i = 0; i < 50 && !stop.get(); i++) {
                    if (!one(connection)) {
                        break;
                    }
                    Thread.sleep(2);
                }
            } catch (IOException e) {
                Thread.yield();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Runs an operation. Returns whether the connection can go on. */
    private boolean one(RespConnection connection) throws InterruptedException {
        int key = random.nextInt(KEYS);
        int value = random.nextInt(1000);
        int kind = random.nextInt(4);
        Command<Map<Integer, Integer>> command = switch (kind) {
            case 0 -> Maps.put(key, value);
            case 1 -> increment(key);
            default -> Maps.get(key);
        };
        Call<Command<Map<Integer, Integer>>, Object> call = recorder.invoke(command);
        Object reply;
        try {
            reply = switch (kind) {
                case 0 -> connection.call("SET", "k" + key, Integer.toString(value), "GET");
                case 1 -> connection.call("INCR", "k" + key);
                default -> connection.call("GET", "k" + key);
            };
        } catch (IOException e) {
            unknown.increment();
            return false;
        }
        if (reply instanceof RespConnection.Failure) {
            // One that has not run is pending, too: the checker may leave it out.
            unknown.increment();
            Thread.sleep(20);
            return true;
        }
        call.end(Outcome.of(reply == null ? null : Integer.valueOf(reply.toString())));
        done.increment();
        return true;
    }
}
