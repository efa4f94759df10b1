package org.nr4j.bench;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs a measurement in a JVM of its own, with the flags of this JVM. What the compilers learn from one structure then
 * does not affect the next.
 */
final class Fork {
    /** A measurement to run; the name of the constant is passed to the other JVM. */
    enum Task {
        SCALE(Scale.DEFAULTS, Scale::measure),
        LATENCY(Latency.DEFAULTS, LatencyMeasurement::measure);

        private final Map<String, String> defaults;
        private final Measurement measurement;

        Task(Map<String, String> defaults, Measurement measurement) {
            this.defaults = defaults;
            this.measurement = measurement;
        }

        /** Returns the options of the program that measures in this way. */
        Map<String, String> defaults() {
            return defaults;
        }
    }

    /** Measures in the other JVM; returns the result of each run. */
    interface Measurement {
        List<? extends Serializable> measure(Options options) throws Exception;
    }

    private Fork() {}

    /**
     * Runs a task in another JVM, and returns its results.
     *
     * @throws IllegalStateException if the other JVM failed; it has printed the reason on the standard error stream
     */
    @SuppressWarnings("unchecked") // the task returned this type
    static <T> List<T> run(Task task, Options options) throws IOException, InterruptedException {
        Path result = Files.createTempFile("nr4j-bench", ".result");
        try {
            List<String> command = command(Fork.class);
            command.addAll(List.of(result.toString(), task.name()));
            command.addAll(options.toArgs());
            Process process = new ProcessBuilder(command).inheritIO().start();
            Thread killer = new Thread(process::destroyForcibly);
            Runtime.getRuntime().addShutdownHook(killer);
            int exit = process.waitFor();
            Runtime.getRuntime().removeShutdownHook(killer);
            if (exit != 0) {
                throw new IllegalStateException("the JVM of a measurement must end well: exit=" + exit + " task=" + task
                        + " options=" + options.toArgs() + "; see above what it said");
            }
            try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(result))) {
                return (List<T>) in.readObject();
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("both JVMs must have the same class path", e);
        } finally {
            Files.delete(result);
        }
    }

    /** Returns the command for a program of this class path, with the flags of this JVM. */
    static List<String> command(Class<?> program) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        if (Runtime.version().feature() >= 24) {
            // A native library binds threads; without this flag the JVM warns.
            command.add("--enable-native-access=ALL-UNNAMED");
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        return command;
    }

    /** Runs in the other JVM. The arguments are the file for the result, the task, and its options. */
    public static void main(String[] args) throws Exception {
        Task task = Task.valueOf(args[1]);
        Options options = Options.parse(
                task.defaults, List.of(args).subList(2, args.length).toArray(new String[0]));
        List<? extends Serializable> results = task.measurement.measure(options);
        try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(Path.of(args[0])))) {
            out.writeObject(new ArrayList<>(results));
        }
        System.exit(0); // ends threads that a structure left behind
    }
}
