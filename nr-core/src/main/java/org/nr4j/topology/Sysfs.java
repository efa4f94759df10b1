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
 * A reader of the nodes that Linux shows below {@code /sys/devices/system}, or below a recorded copy of it.
 *
 * <p>All methods throw {@link UncheckedIOException} for a file that cannot be read. They throw
 * {@link IllegalArgumentException} for a file that makes no sense. Both name the file.
 */
final class Sysfs {
    private static final Pattern NODE_DIRECTORY = Pattern.compile("node(\\d{1,5})");
    private static final Pattern MEMORY = Pattern.compile("(?m)^Node \\d+ MemTotal:\\s*(\\d{1,15}) kB$");
    private static final Pattern ALLOWED_CPUS = Pattern.compile("(?m)^Cpus_allowed_list:(.*)$");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** The largest distance. The firmware's table has one byte for it. */
    private static final int MAX_DISTANCE = 255;

    private static final long KIBIBYTE = 1024;

    private final Path root;

    private Sysfs(Path root) {
        this.root = root;
    }

    /** Returns the machine below {@code root}, for a process that may use the {@code allowed} cpus. */
    static Machine read(Path root, BitSet allowed) {
        Path nodes = root.resolve("node");
        Path onlineFile = root.resolve("cpu").resolve("online");
        boolean hasNodes = Files.isDirectory(nodes);
        if (!hasNodes && !Files.exists(onlineFile)) {
            throw new IllegalArgumentException("sysfsRoot must contain node/ or cpu/online: sysfsRoot=" + root
                    + "; pass /sys/devices/system or a copy of it");
        }
        Sysfs sysfs = new Sysfs(root);
        List<Listed> listed = hasNodes ? sysfs.listedNodes(nodes) : List.of();
        BitSet usable = (BitSet) allowed.clone();
        if (Files.exists(onlineFile)) {
            BitSet online = CpuList.parse(text(onlineFile), onlineFile.toString());
            usable.and(believable(online, hasNodes ? union(listed) : allowed, allowed));
        }
        if (usable.isEmpty()) {
            throw new IllegalArgumentException("at least one allowed cpu must be online: allowed="
                    + CpuList.format(allowed) + " in " + onlineFile + "; pass the allowed cpus of the same machine");
        }
        return hasNodes ? sysfs.machine(nodes, listed, usable) : Machine.ofOneNode(usable);
    }

    /**
     * Returns the online cpus: the given list if it agrees with the nodes' lists, else the cpus of the nodes.
     *
     * <p>A kernel since 4.15 lists a node's online cpus only, so both lists are the same. An older kernel lists offline
     * cpus in their nodes too. LXCFS, which LXC containers have, may replace the list of online cpus by one that is
     * numbered from 0. It leaves the nodes' lists as they are.
     *
     * <p>The kernel gives a restricted process online cpus only. So a list that lacks cpus of the nodes comes from the
     * kernel in two cases: it has all allowed cpus, or the process is not restricted.
     *
     * @param online the list of online cpus
     * @param listed the cpus that the nodes list
     * @param allowed the cpus that the process may use
     */
    private static BitSet believable(BitSet online, BitSet listed, BitSet allowed) {
        boolean lacksNone = contains(online, listed);
        boolean lacksOffline = contains(listed, online) && (contains(online, allowed) || contains(allowed, listed));
        return lacksNone || lacksOffline ? online : listed;
    }

    private static boolean contains(BitSet whole, BitSet part) {
        BitSet outside = (BitSet) part.clone();
        outside.andNot(whole);
        return outside.isEmpty();
    }

    /** Returns the cpus that a process may use, from its {@code /proc/PID/status} file. */
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

    /** An online node, with the cpus of its own list. */
    private record Listed(int id, BitSet cpus) {}

    /** Returns all online nodes, by ascending id. */
    private List<Listed> listedNodes(Path directory) {
        List<Listed> nodes = new ArrayList<>();
        BitSet seen = new BitSet();
        for (int id : nodeIds(directory)) {
            BitSet cpus = cpusOf(id);
            if (cpus.intersects(seen)) {
                cpus.and(seen);
                throw new IllegalArgumentException("a cpu must belong to one node: cpus=" + CpuList.format(cpus)
                        + " in " + file(id, "cpulist") + " are in another node too; correct the tree");
            }
            seen.or(cpus);
            nodes.add(new Listed(id, cpus));
        }
        return nodes;
    }

    private static BitSet union(List<Listed> nodes) {
        BitSet all = new BitSet();
        nodes.forEach(node -> all.or(node.cpus()));
        return all;
    }

    private Machine machine(Path directory, List<Listed> listed, BitSet usable) {
        List<NumaNode> nodes = new ArrayList<>();
        List<NumaNode> memoryOnly = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        for (int position = 0; position < listed.size(); position++) {
            int id = listed.get(position).id();
            BitSet cpus = (BitSet) listed.get(position).cpus().clone();
            if (cpus.isEmpty()) {
                memoryOnly.add(NumaNode.of(id, cpus, memoryOf(id)));
                continue;
            }
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
        return new Machine(nodes, memoryOnly, distances(listed, positions), usable);
    }

    /** Returns the distances between the nodes at these positions of the list of all nodes. */
    private List<List<Integer>> distances(List<Listed> listed, List<Integer> positions) {
        List<List<Integer>> matrix = new ArrayList<>();
        for (int from : positions) {
            List<Integer> all = distancesFrom(listed, from);
            matrix.add(positions.stream().map(all::get).toList());
        }
        return matrix;
    }

    /** Returns the distances from one node to all, in the order of the list of all nodes. */
    private List<Integer> distancesFrom(List<Listed> listed, int from) {
        Path file = file(listed.get(from).id(), "distance");
        if (!Files.exists(file)) {
            return Machine.uniformDistances(listed.size(), from);
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
        if (row.size() != listed.size()) {
            throw new IllegalArgumentException("a node must have a distance to each online node, " + listed.size()
                    + " in all: " + file + "=\"" + text + "\"; record the whole tree at one time");
        }
        return row;
    }

    /** Returns the numbers of the online nodes, ascending. */
    private List<Integer> nodeIds(Path directory) {
        Path online = directory.resolve("online");
        BitSet ids = Files.exists(online) ? CpuList.parse(text(online), online.toString()) : idsIn(directory);
        return ids.stream().boxed().toList();
    }

    private static BitSet idsIn(Path directory) {
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
            // ISO 8859-1 decodes any byte, and the name of a process may hold any byte.
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException("the file must be readable: file=" + file, e);
        }
    }
}
