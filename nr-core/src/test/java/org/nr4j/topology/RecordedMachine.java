package org.nr4j.topology;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of one machine, unpacked from {@code topology/NAME.txt} in the test resources. Such a file begins with
 * {@code # comments}. Then each file of the machine follows: a line {@code === PATH}, and its text. A path is {@code
 * proc/status}, or begins with {@code sys/}, which stands for {@code /sys/devices/system}.
 */
record RecordedMachine(Path directory) {
    private static final String HEADER = "=== ";

    static RecordedMachine unpack(String name, Path directory) {
        RecordedMachine machine = new RecordedMachine(directory);
        String path = "";
        StringBuilder text = new StringBuilder();
        for (String line : lines("/topology/" + name + ".txt")) {
            if (line.startsWith(HEADER)) {
                machine.flush(path, text);
                path = line.substring(HEADER.length());
            } else if (!line.startsWith("#")) {
                text.append(line).append('\n');
            }
        }
        machine.flush(path, text);
        return machine;
    }

    /** A machine with one node for each list of cpus, all of which the process may use. */
    static RecordedMachine ofNodes(Path directory, String... cpuLists) {
        RecordedMachine machine = new RecordedMachine(directory);
        for (int id = 0; id < cpuLists.length; id++) {
            machine.with("sys/node/node" + id + "/cpulist", cpuLists[id] + "\n");
        }
        return machine.with("proc/status", "Cpus_allowed_list:\t" + String.join(",", cpuLists) + "\n");
    }

    Path sysfs() {
        return directory.resolve("sys");
    }

    Path status() {
        return directory.resolve("proc/status");
    }

    NumaTopology topology() {
        return NumaTopology.parse(sysfs(), status());
    }

    /** Writes a file. */
    RecordedMachine with(String path, String text) {
        try {
            Path file = directory.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Removes a file or directory. */
    RecordedMachine without(String path) {
        try (Stream<Path> below = Files.walk(directory.resolve(path))) {
            for (Path file : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private void flush(String path, StringBuilder text) {
        if (!path.isEmpty()) {
            with(path, text.toString());
        }
        text.setLength(0);
    }

    private static List<String> lines(String resource) {
        try (InputStream in = RecordedMachine.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
