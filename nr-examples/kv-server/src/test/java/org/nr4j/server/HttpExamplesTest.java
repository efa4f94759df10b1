package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nr4j.server.config.Settings;

/** Runs the examples of the docs, as they are written there, but for the port. */
@Timeout(120)
class HttpExamplesTest {
    private static final Path DOCS = Path.of("../../docs/server.md");
    private static final String BEGIN = "<!-- examples: HttpExamplesTest runs them as they are written here -->";
    private static final String END = "<!-- end of examples -->";
    private static final int COMMANDS = 14;

    private record Example(String command, String output) {}

    @Test
    void examplesOfTheDocs_answerWhatTheySay() throws Exception {
        boolean installed = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "curl")));
        Assumptions.assumeTrue(installed, "curl must be installed to run the examples of the docs");
        List<Example> examples = examples();
        assertThat(examples).hasSize(COMMANDS);
        try (KeyValueServer server = KeyValueServer.start(Settings.parse(List.of("--port", "0")))) {
            int port = Objects.requireNonNull(server.httpAddress()).getPort();
            for (Example example : examples) {
                String command = example.command.replace("localhost:8379", "127.0.0.1:" + port);
                assertThat(run(command).strip()).as(example.command).isEqualTo(example.output.strip());
            }
        }
    }

    private static List<Example> examples() throws IOException {
        List<Example> examples = new ArrayList<>();
        String[] parts = Files.readString(DOCS).split(BEGIN);
        for (int i = 1; i < parts.length; i++) {
            String block = parts[i].substring(parts[i].indexOf("```console\n") + 11, parts[i].indexOf("\n```\n" + END));
            for (String part : block.split("(?m)^\\$ ")) {
                if (!part.isEmpty()) {
                    examples.add(example(part));
                }
            }
        }
        return examples;
    }

    /** The lines of a command that goes on begin as a shell shows them. */
    private static Example example(String text) {
        List<String> lines = text.lines().toList();
        int end = 1;
        while (end < lines.size() && lines.get(end).startsWith("> ")) {
            end++;
        }
        String command = String.join("\n", lines.subList(0, end)).replace("\n> ", "\n");
        return new Example(command, String.join("\n", lines.subList(end, lines.size())));
    }

    private static String run(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command.replaceFirst("^curl ", "curl --noproxy '*' "))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
