package org.nr4j.examples.demo;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The structures that can be chosen. */
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

    /** The structure with that many entries, and what is done with it. */
    abstract Subject<?, ?> subject(int entries);

    /** Its name on the command line. */
    String optionValue() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String optionValues() {
        return Arrays.stream(values()).map(Structure::optionValue).collect(Collectors.joining(", "));
    }
}
