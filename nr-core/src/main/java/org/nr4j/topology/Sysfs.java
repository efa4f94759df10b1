package org.nr4j.topology;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what Linux says about its nodes below {@code /sys/devices/system}, or below a recorded copy of it. All methods throw
 * {@link UncheckedIOException} for files that cannot be read and {@link IllegalArgumentException} for files that make no sense; both name
 * the file.
 */
final class Sysfs {
    private static final Pattern NODE_DIRECTORY = Pattern.compile("node(\\d{1,5})");
    private static final Pattern MEMORY = Pattern.compile("(?m)^Node \\d+ MemTotal:\\s*(\\d{1,15}) kB$");
    private static final Pattern ALLOWED_CPUS = Pattern.compile("(?m)^Cpus_allowed_list:(.*)$");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** A distance is one byte in the firmware's table. */
    private static final int MAX_DISTANCE = 255;

    private static final long KIBIBYTE = 1024;

    private final Path root;
    private final BitSet usable;

    private Sysfs(Path root, BitSet usable) {
        this.root = root;
        this.usable = usable;
    }

    /** The machine below {@code root}, as far as a process that may use the {@code allowed} cpus is concerned. */
    static Machine read(Path root, BitSet allowed) {
        Path nodes = root.resolve("node");
        Path onlineFile = root.resolve("cpu").resolve("online");
        if (!Files.isDirectory(nodes) && !Files.exists(onlineFile)) {
            throw new IllegalArgumentException("sysfsRoot must contain node/ or cpu/online: sysfsRoot=" + root
                    + "; pass /sys/devices/system or a copy of it");
        }
        BitSet usable = (BitSet) allowed.clone();
        if (Files.exists(onlineFile)) {
            usable.and(CpuList.parse(text(onlineFile), onlineFile.toString()));
        }
        if (usable.isEmpty()) {
            throw new IllegalArgumentException("at least one allowed cpu must be online: allowed="
                    + CpuList.format(allowed) + " in " + onlineFile + "; pass the allowed cpus of the same machine");
        }
        Sysfs sysfs = new Sysfs(root, usable);
        return Files.isDirectory(nodes) ? sysfs.machine(nodes) : Machine.ofOneNode(usable);
    }

    /** The cpus that the process described by a {@code /proc/PID/status} file may use. */
    static BitSet allowedCpus(Path procStatus) {
        Matcher line = ALLOWED_CPUS.matcher(text(procStatus));
        if (!line.find()) {
            throw new IllegalArgumentException("a process status must have a line Cpus_allowed_list: procStatus="
                    + procStatus + "; pass /proc/self/status or a copy of it");
        }
        BitSet cpus = CpuList.parse(line.group(1), procStatus + " Cpus_allowed_list");
        if (cpus.isEmpty()) {
            throw new IllegalArgumentException("a process must have at least one cpu: " + procStatus
                    + " Cpus_allowed_list=\"\"; pass /proc/self/status or a copy of it");
        }
        return cpus;
    }

    private Machine machine(Path directory) {
        List<Integer> ids = nodeIds(directory);
        List<NumaNode> nodes = new ArrayList<>();
        List<NumaNode> memoryOnly = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        BitSet seen = new BitSet();
        for (int position = 0; position < ids.size(); position++) {
            int id = ids.get(position);
            BitSet cpus = cpusOf(id);
            if (cpus.isEmpty()) {
                memoryOnly.add(NumaNode.of(id, cpus, memoryOf(id)));
                continue;
            }
            if (cpus.intersects(seen)) {
                cpus.and(seen);
                throw new IllegalArgumentException("a cpu must belong to one node: cpus=" + CpuList.format(cpus)
                        + " in " + file(id, "cpulist") + " are in another node too; correct the tree");
            }
            seen.or(cpus);
            cpus.and(usable);
            if (!cpus.isEmpty()) {
                nodes.add(NumaNode.of(id, cpus, memoryOf(id)));
                positions.add(position);
            }
        }
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("at least one usable cpu must belong to a node: usable="
                    + CpuList.format(usable) + " in " + directory + "; pass the allowed cpus of the same machine");
        }
        return new Machine(nodes, memoryOnly, distances(ids, positions), usable);
    }

    /** The distances among the nodes at these positions of the list of all nodes. */
    private List<List<Integer>> distances(List<Integer> ids, List<Integer> positions) {
        List<List<Integer>> matrix = new ArrayList<>();
        for (int from : positions) {
            List<Integer> all = distancesFrom(ids, from);
            matrix.add(positions.stream().map(all::get).toList());
        }
        return matrix;
    }

    /** The distances from one node to all, in the order of the list of all nodes. */
    private List<Integer> distancesFrom(List<Integer> ids, int from) {
        Path file = file(ids.get(from), "distance");
        if (!Files.exists(file)) {
            return Machine.uniformDistances(ids.size(), from);
        }
        List<Integer> row = new ArrayList<>();
        String text = text(file).strip();
        for (String word : BLANKS.split(text, -1)) {
            // A distance has at most three digits.
            int distance = word.matches("\\d{1,3}") ? Integer.parseInt(word) : -1;
            if (distance <= 0 || distance > MAX_DISTANCE) {
                throw new IllegalArgumentException("distances must be numbers from 1 to " + MAX_DISTANCE + ": " + file
                        + "=\"" + text + "\"; correct the part \"" + word + "\"");
            }
            row.add(distance);
        }
        if (row.size() != ids.size()) {
            throw new IllegalArgumentException("a node must have a distance to each online node, " + ids.size()
                    + " in all: " + file + "=\"" + text + "\"; record the whole tree at one time");
        }
        return row;
    }

    /** The numbers of the online nodes, ascending. */
    private List<Integer> nodeIds(Path directory) {
        Path online = directory.resolve("online");
        BitSet ids = Files.exists(online) ? CpuList.parse(text(online), online.toString()) : listed(directory);
        return ids.stream().boxed().toList();
    }

    private static BitSet listed(Path directory) {
        BitSet ids = new BitSet();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "node*")) {
            for (Path entry : entries) {
                Matcher name = NODE_DIRECTORY.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    ids.set(Integer.parseInt(name.group(1)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the nodes must be readable: directory=" + directory, e);
        }
        return ids;
    }

    private BitSet cpusOf(int id) {
        Path file = file(id, "cpulist");
        return CpuList.parse(text(file), file.toString());
    }

    private long memoryOf(int id) {
        Path file = file(id, "meminfo");
        if (!Files.exists(file)) {
            return NumaNode.UNKNOWN_MEMORY;
        }
        Matcher line = MEMORY.matcher(text(file));
        return line.find() ? Long.parseLong(line.group(1)) * KIBIBYTE : NumaNode.UNKNOWN_MEMORY;
    }

    private Path file(int id, String name) {
        return root.resolve("node").resolve("node" + id).resolve(name);
    }

    private static String text(Path file) {
        try {
            // Not UTF-8: the name of a process may hold any byte.
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException("the file must be readable: file=" + file, e);
        }
    }
}
