package org.nr4j.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import org.junit.jupiter.api.Test;

/** Checks what a follower of one log receives in one call. */
class JoinedRunsTest {
    private final OperationLog log = new OperationLog(1 << 12);
    private final LogCursor<String> cursor = new LogCursor<>(log, 0, 0);
    private final JoinedRuns<String> runs = new JoinedRuns<>(cursor);

    private void append(Object... ops) {
        assertThat(log.tryAppend(new LogEntry(ops))).isTrue();
    }

    private WriteRun<String> next() {
        WriteRun<String> run = runs.poll();
        assertThat(run).isNotNull();
        runs.consumed(run);
        return run;
    }

    @Test
    void poll_joinsAllWaitingEntries_inOrder() {
        assertThat(runs.hasNext()).isFalse();
        assertThat(runs.poll()).isNull();
        append("a", "b");
        append("c");
        append("d", "e");
        assertThat(runs.hasNext()).isTrue();
        assertThat(next()).containsExactly("a", "b", "c", "d", "e");
        assertThat(runs.poll()).isNull();
        assertThat(runs.indexes()).containsExactly(5);

        append("f");
        WriteRun<String> run = next();
        assertThat(run.index()).isEqualTo(5);
        assertThat(run.end()).isEqualTo(6);
        assertThat(run).containsExactly("f");
    }

    @Test
    void poll_joinsWhatAnOpenEntryHasSoFar() {
        Object[] ops = {"b", "c", "d"};
        LogEntry open = LogEntry.open(ops);
        append("a");
        log.tryAppend(open);
        open.publish(2);
        assertThat(next()).containsExactly("a", "b", "c");
        open.publish(3);
        open.seal(3);
        append("e");
        assertThat(next()).containsExactly("d", "e");
    }

    @Test
    void poll_joinsAtMostSoManyWrites_andSplitsNoEntry() {
        Object[] half = Collections.nCopies(JoinedRuns.MOST_WRITES / 2, "x").toArray();
        Object[] large = Collections.nCopies(2 * JoinedRuns.MOST_WRITES, "y").toArray();
        append(half);
        append(half);
        append("a");
        append(large);
        append("b");
        assertThat(next()).hasSize(JoinedRuns.MOST_WRITES);
        assertThat(runs.hasNext()).isTrue();
        assertThat(next()).containsExactly("a");
        assertThat(next()).hasSize(large.length);
        assertThat(next()).containsExactly("b");
        assertThat(runs.hasNext()).isFalse();
    }

    @Test
    void poll_refusesAGap() {
        append("a", "b");
        assertThat(runs.poll()).isNotNull(); // and not consumed
        append("c");
        assertThatThrownBy(runs::poll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("index=2 expected=0");
    }

    @Test
    void clear_dropsWhatWasTaken() {
        Object[] large = Collections.nCopies(JoinedRuns.MOST_WRITES, "x").toArray();
        append(large);
        append(large);
        next();
        runs.clear();
        assertThat(runs.hasNext()).isFalse();
        assertThat(runs.poll()).isNull();
    }
}
