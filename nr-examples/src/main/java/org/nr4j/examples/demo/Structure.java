package org.nr4j.examples.demo;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The structures that a user can choose. */
enum Structure {
    MAP {
        @Override
        Subject<?, ?> subject(int entries) {
            return Counters.hashed(entries);
        }
    },
    ORDERED {
        @Override
        Subject<?, ?> subject(int entries) {
            return Counters.ordered(entries);
        }
    },
    QUEUE {
        @Override
        Subject<?, ?> subject(int entries) {
            return Items.queue(entries);
        }
    },
    STACK {
        @Override
        Subject<?, ?> subject(int entries) {
            return Items.stack(entries);
        }
    },
    LEADERBOARD {
        @Override
        Subject<?, ?> subject(int entries) {
            return new Leaderboard(entries);
        }
    };

    /** Returns the structure with that many entries, and its operations. */
    abstract Subject<?, ?> subject(int entries);

    /** Returns its name on the command line. */
    String optionValue() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String optionValues() {
        return Arrays.stream(values()).map(Structure::optionValue).collect(Collectors.joining(", "));
    }
}
