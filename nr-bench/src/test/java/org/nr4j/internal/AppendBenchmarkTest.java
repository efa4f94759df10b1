package org.nr4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.internal.log.OperationLog;

@Timeout(60)
class AppendBenchmarkTest {
    private static final int BATCHES = 10 * AppendBenchmark.CAPACITY;
    private static final int BATCH = 8;

    @Test
    void everyBatchIsNumberedOnce() throws Exception {
        OperationLog log = new OperationLog(AppendBenchmark.CAPACITY);
        long sum = inTwoThreads(new AppendBenchmark.Log(log));
        long batches = 2 * BATCHES;
        assertThat(log.tail()).isEqualTo(batches);
        assertThat(log.writes()).isEqualTo(batches * BATCH);
        assertThat(sum).isEqualTo(batches * (batches - 1) / 2 * BATCH); // of the numbers of their first operations
    }

    @ParameterizedTest
    @ValueSource(strings = {"ConcurrentLinkedQueue", "MpmcArrayQueue", "MpscArrayQueue"})
    void thereIsRoomForEver(String way) throws Exception {
        assertThat(inTwoThreads(AppendBenchmark.of(way))).isEqualTo(2L * BATCHES * BATCH);
    }

    private static long inTwoThreads(AppendBenchmark.Appending appending) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            Future<Long> one = executor.submit(() -> append(appending));
            Future<Long> other = executor.submit(() -> append(appending));
            return one.get() + other.get();
        } finally {
            executor.shutdown();
        }
    }

    private static long append(AppendBenchmark.Appending appending) {
        long sum = 0;
        for (int i = 0; i < BATCHES; i++) {
            sum += appending.append(new Object[BATCH]);
        }
        return sum;
    }
}
