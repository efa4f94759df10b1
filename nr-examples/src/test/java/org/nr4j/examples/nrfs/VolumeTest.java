package org.nr4j.examples.nrfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What happened between following a path and an operation on what it led to makes that stale, and only that does. */
@ParameterizedClass(name = "logs={0}")
@ValueSource(ints = {1, 3})
class VolumeTest {
    @Parameter
    int logs;

    private Volume volume;
    private long lastNumber = Volume.ROOT;

    @BeforeEach
    void fill() {
        volume = new Volume(logs);
        make(Place.ROOT, "a", true);
        make(follow("a"), "b", true);
        make(follow("a", "b"), "f", false);
        make(Place.ROOT, "other", true);
    }

    private Object make(Place directory, String name, boolean isDirectory) {
        return volume.dispatchMut(new FsOp.Create(directory, name, ++lastNumber, isDirectory));
    }

    private Place follow(String... names) {
        Place place = Place.ROOT;
        for (String name : names) {
            place = (Place) volume.dispatch(new FsOp.Lookup(place, name));
        }
        return place;
    }

    private Object renameAny(String from, String to) {
        return volume.dispatchMut(new FsOp.RenameAny(FsPath.of(from), FsPath.of(to)));
    }

    /** All that can be done with a place of a file, and of the directory it is in. */
    private List<Object> answers(Place directory, Place file) {
        return List.of(
                volume.dispatch(new FsOp.Stat(file)),
                volume.dispatch(new FsOp.Read(file, 0, 1)),
                volume.dispatchMut(new FsOp.Write(file, 0, new byte[1])),
                volume.dispatchMut(new FsOp.RenameFile(directory, file, directory, "f", file)),
                volume.dispatchMut(new FsOp.Remove(directory, file)));
    }

    @Test
    void aMoveOfADirectoryAbove_isFoundOut() {
        Place directory = follow("a", "b");
        Place file = follow("a", "b", "f");
        renameAny("/a", "/c");
        assertThat(answers(directory, file)).containsOnly(Refusal.STALE);
        assertThat(volume.dispatch(new FsOp.ListNames(directory))).isEqualTo(Refusal.STALE);
        assertThat(volume.dispatch(new FsOp.Lookup(directory, "f"))).isEqualTo(Refusal.STALE);
        assertThat(make(directory, "g", false)).isEqualTo(Refusal.STALE);
        assertThat(answers(follow("c", "b"), follow("c", "b", "f"))).doesNotContain(Refusal.STALE);
    }

    @Test
    void aRenameOfTheFile_isFoundOut_thatOfAnotherIsNot() {
        make(follow("a", "b"), "g", false);
        Place directory = follow("a", "b");
        Place file = follow("a", "b", "f");
        volume.dispatchMut(new FsOp.RenameFile(directory, follow("a", "b", "g"), follow("other"), "g", null));
        assertThat(volume.dispatch(new FsOp.Stat(file))).isEqualTo(new FileStat(false, 0, 0));
        volume.dispatchMut(new FsOp.RenameFile(directory, file, directory, "h", null));
        assertThat(answers(directory, file)).containsOnly(Refusal.STALE);
    }

    @Test
    void aRemoval_isFoundOut_thoughTheNameIsTakenAgain() {
        Place directory = follow("a", "b");
        Place file = follow("a", "b", "f");
        assertThat(volume.dispatchMut(new FsOp.Remove(directory, file))).isEqualTo(true);
        make(directory, "f", false);
        assertThat(answers(directory, file)).containsOnly(Refusal.STALE);
    }

    @Test
    void aRemovedDirectory_isFoundOut() {
        make(follow("other"), "empty", true);
        Place empty = follow("other", "empty");
        volume.dispatchMut(new FsOp.Remove(follow("other"), empty));
        assertThat(make(empty, "x", false)).isEqualTo(Refusal.STALE);
        assertThat(volume.dispatch(new FsOp.ListNames(empty))).isEqualTo(Refusal.STALE);
    }

    /** Or a file that came in between would be replaced without being an operation of its log. */
    @Test
    void aTargetThatCame_orWent_isFoundOut() {
        Place directory = follow("a", "b");
        Place file = follow("a", "b", "f");
        make(follow("other"), "x", false);
        Place x = follow("other", "x");
        assertThat(volume.dispatchMut(new FsOp.RenameFile(directory, file, follow("other"), "x", null)))
                .isEqualTo(Refusal.STALE);
        volume.dispatchMut(new FsOp.Remove(follow("other"), x));
        assertThat(volume.dispatchMut(new FsOp.RenameFile(directory, file, follow("other"), "x", x)))
                .isEqualTo(Refusal.STALE);
        assertThat(volume.dispatchMut(new FsOp.RenameFile(directory, file, follow("other"), "x", null)))
                .isEqualTo(true);
    }
}
