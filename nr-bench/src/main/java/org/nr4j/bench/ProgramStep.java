package org.nr4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs a program of this package that writes a file of results ({@link Scale}, {@link Latency}), in a JVM of its own
 * with the flags of this one.
 *
 * @param program the class of the program
 * @param what what it measures, for people
 * @param seconds how long it is expected to take
 * @param options the options of the program, without {@code out}
 */
record ProgramStep(Class<?> program, String what, double seconds, List<String> options) implements Step {
    @Override
    public List<String> run() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("nr4j-bench");
        try {
            Path said = directory.resolve("said");
            List<String> command = Fork.command(program);
            command.addAll(options);
            command.add("out=" + directory.resolve("results"));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IllegalStateException("exit code " + exit + ": " + lastLines(said));
            }
            return Files.readAllLines(directory.resolve("results.jsonl")).stream()
                    .filter(line -> !line.startsWith("{\"environment\""))
                    .toList();
        } finally {
            delete(directory);
        }
    }

    private static String lastLines(Path said) throws IOException {
        List<String> lines = Files.readAllLines(said);
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
