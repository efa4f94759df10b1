package org.nr4j.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Catches what a program prints on standard output. Tests of this module run one after the other, so nobody else prints
 * meanwhile.
 */
final class Printed {
    /** A program. */
    interface Program {
        void run() throws Exception;
    }

    private Printed() {}

    /** Runs the program and returns the lines it printed. */
    static List<String> by(Program program) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            program.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
