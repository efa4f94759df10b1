package org.nr4j.kv.internal.wal;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFile;
import org.nr4j.kv.internal.segment.FileNames;
import org.nr4j.kv.internal.segment.LogPosition;
import org.nr4j.kv.internal.segment.SegmentHeader;

/**
 * Makes a manifest of the files of a log that has lost its own. Only the manifest knows which segments follow a base.
 * So the new one has either the newest base alone, or, if there is no base, the segments from the first one on.
 */
final class LostManifest {
    private LostManifest() {}

    static Manifest replacement(Disk disk, List<String> names) throws IOException {
        Manifest manifest = Manifest.ofNewStore(UUID.randomUUID());
        String newest = names.stream()
                .filter(FileNames::isBase)
                .filter(name -> name.equals(FileNames.base(FileNames.number(name))))
                .max(String::compareTo)
                .orElse(null);
        if (newest == null) {
            return ofSegments(disk, names, manifest);
        }
        try (DiskFile file = disk.openForReading(newest)) {
            Base base = new Base(FileNames.number(newest), file.size(), new LogPosition(1, 0));
            return new Manifest(manifest.storeId(), 1, manifest.first(), manifest.last(), base);
        }
    }

    private static Manifest ofSegments(Disk disk, List<String> names, Manifest empty) throws IOException {
        Manifest manifest = empty;
        long number = manifest.first();
        while (names.contains(FileNames.segment(number))) {
            String name = FileNames.segment(number);
            try (DiskFile file = disk.openForReading(name)) {
                SegmentHeader header = SegmentHeader.read(file, name);
                UUID storeId = number == manifest.first() ? header.storeId() : manifest.storeId();
                long epoch = Math.max(manifest.epoch(), header.start().epoch());
                manifest = new Manifest(storeId, epoch, manifest.first(), number, null);
            } catch (DamagedLogException e) {
                // Whoever reads the segment finds the damage.
                return new Manifest(manifest.storeId(), manifest.epoch(), manifest.first(), number, null);
            }
            number++;
        }
        return manifest;
    }
}
