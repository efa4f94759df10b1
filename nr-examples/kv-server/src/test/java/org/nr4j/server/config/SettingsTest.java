package org.nr4j.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    Path directory;

    private Path file(String name, String... lines) throws IOException {
        return Files.write(directory.resolve(name), List.of(lines));
    }

    private static Settings read(Path file, String... flags) {
        List<String> all = new ArrayList<>(List.of(file.toString()));
        all.addAll(List.of(flags));
        return Settings.parse(all);
    }

    // ---- sources ----

    @Test
    void flag_winsOverTheEnvironmentAndThatOverAFile() throws IOException {
        Path file = file("a.conf", "port 1", "maxclients 11", "timeout 21");
        Map<String, String> environment =
                Map.of("NR4J_PORT", "2", "NR4J_MAXCLIENTS", "12", "NR4J_CONFIG", file.toString(), "HOME", "elsewhere");
        Settings settings = Settings.parse(List.of("--port", "3"), environment);
        assertThat(settings.port()).isEqualTo(3);
        assertThat(settings.mostClients()).isEqualTo(12);
        assertThat(settings.idleSeconds()).isEqualTo(21);
        assertThat(settings.file()).isEqualTo(file);
    }

    @Test
    void firstArgumentAndTheFlagConfig_nameAFile() throws IOException {
        Path file = file("a.conf", "port 7");
        assertThat(Settings.parse(List.of(file.toString())).port()).isEqualTo(7);
        assertThat(Settings.parse(List.of("--config", file.toString())).port()).isEqualTo(7);
        assertThatThrownBy(() -> Settings.parse(List.of("--config", directory + "/missing")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void flag_takesTheWordsUpToTheNextFlag() {
        Settings settings = Settings.parse(List.of("--bind", "127.0.0.1", "::1", "--requirepass", "--secret"));
        assertThat(settings.bindAddresses()).containsExactly("127.0.0.1", "::1");
        assertThat(settings.password()).isEqualTo("--secret");
    }

    @Test
    void text_isBytes() throws IOException {
        Settings settings = Settings.parse(List.of("--requirepass", "\u00fc"));
        assertThat(settings.password()).isEqualTo("\u00c3\u00bc");
        assertThat(read(file("a.conf", "requirepass \u00fc")).password()).isEqualTo(settings.password());
        assertThat(Settings.parse(List.of("--dir", "/d\u00fc")).directory()).isEqualTo(Path.of("/d\u00fc"));
    }

    // ---- files ----

    @Test
    void file_hasCommentsQuotesIncludesAndNamesOfAnyCase() throws IOException {
        Files.createDirectory(directory.resolve("sub"));
        Files.writeString(directory.resolve("sub/b.conf"), "timeout 5\nmaxclients 6\n");
        Settings settings = read(file(
                "a.conf",
                "# a comment",
                "",
                "  PORT 9",
                "include sub/b.conf",
                "MaxClients 8",
                "requirepass \"a \\x62 'c'\"",
                "save 3600 1 300 100",
                "appendfsync ALWAYS"));
        assertThat(settings.port()).isEqualTo(9);
        assertThat(settings.idleSeconds()).isEqualTo(5);
        assertThat(settings.mostClients()).isEqualTo(8);
        assertThat(settings.password()).isEqualTo("a b 'c'");
        assertThat(settings.text("save")).isEqualTo("3600 1 300 100");
        assertThat(settings.appendFsync()).isEqualTo("always");
    }

    @Test
    void fileThatIncludesItself_isRefused() throws IOException {
        Path file = file("a.conf", "port 1", "include a.conf");
        assertThatThrownBy(() -> read(file)).hasMessageContaining("a.conf:2").hasMessageContaining("include itself");
    }

    @Test
    void memory_hasUnits() {
        Map<String, Long> sizes = Map.of(
                "1k",
                1_000L,
                "1kb",
                1_024L,
                "2m",
                2_000_000L,
                "2MB",
                2L << 20,
                "1g",
                1_000_000_000L,
                "1Gb",
                1L << 30,
                "10b",
                10L,
                "7",
                7L);
        sizes.forEach((text, bytes) -> assertThat(
                        Settings.parse(List.of("--maxmemory", text)).text("maxmemory"))
                .isEqualTo(bytes.toString()));
        assertThat(MemorySize.forPeople(1_023)).isEqualTo("1023B");
        assertThat(MemorySize.forPeople(1_212_888)).isEqualTo("1.16M");
        assertThat(MemorySize.forPeople(3L << 30)).isEqualTo("3.00G");
    }

    // ---- errors ----

    @Test
    void error_saysWhereRuleValueAndWhatToDo() throws IOException {
        Path file = file("a.conf", "", "timeout x");
        assertThatThrownBy(() -> read(file))
                .hasMessage("argument couldn't be parsed into an integer: where=" + file
                        + ":2 name=timeout value=x; correct it");
        assertThatThrownBy(() -> Settings.parse(List.of(), Map.of("NR4J_APPENDFSYNC", "never")))
                .hasMessage("argument(s) must be one of the following: everysec, always, no: where=NR4J_APPENDFSYNC"
                        + " name=appendfsync value=never; correct it");
        assertThatThrownBy(() -> Settings.parse(List.of("--port", "65536")))
                .hasMessageStartingWith("argument must be between 0 and 65535 inclusive: where=--port name=port");
    }

    @Test
    void error_showsNoPassword() {
        assertThatThrownBy(() -> Settings.parse(List.of("--requirepass", "secret", "words")))
                .hasMessageContaining("where=--requirepass")
                .hasMessageNotContaining("secret");
    }

    @Test
    void unknownNames_areRefused() throws IOException {
        Path file = file("a.conf", "nosuch 1");
        assertThatThrownBy(() -> read(file)).hasMessageContaining("a.conf:1 name=nosuch");
        assertThatThrownBy(() -> Settings.parse(List.of(), Map.of("NR4J_NO_SUCH", "1")))
                .hasMessageContaining("where=NR4J_NO_SUCH name=no-such");
        assertThatThrownBy(() -> Settings.parse(List.of("--nosuch", "1"))).hasMessageContaining("where=--nosuch");
        assertThatThrownBy(() -> Settings.parse(List.of("--port"))).hasMessageContaining("must have a value");
    }

    @Test
    void lines_mustBeWhole() throws IOException {
        Path quote = file("a.conf", "requirepass \"a");
        assertThatThrownBy(() -> read(quote)).hasMessageContaining("a.conf:1").hasMessageContaining("quotes");
        Path bare = file("b.conf", "port");
        assertThatThrownBy(() -> read(bare)).hasMessageContaining("b.conf:1 name=port");
        assertThatThrownBy(() -> Settings.parse(List.of("--appendonly", "yes"))).hasMessageContaining("--dir");
    }

    // ---- changes ----

    @Test
    void change_isAllOrNothing() {
        Settings settings = Settings.parse(List.of());
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put("timeout", "7");
        changes.put("maxclients", "many");
        assertThatThrownBy(() -> settings.change(changes)).hasMessageContaining("integer");
        assertThat(settings.idleSeconds()).isZero();
    }

    @Test
    void passwordOfAnOpenServer_cannotBeRemoved() {
        Settings settings = Settings.parse(List.of("--bind", "0.0.0.0", "--requirepass", "x"));
        assertThatThrownBy(() -> settings.change(Map.of("requirepass", ""))).hasMessageContaining("password");
        assertThat(settings.password()).isEqualTo("x");
    }

    @Test
    void rewrite_keepsCommentsAndOrder() throws IOException {
        Path file = file("a.conf", "# top", "port 7", "", "timeout 1", "# middle", "timeout 2", "INCLUDE b.conf");
        file("b.conf", "maxclients 5");
        Settings settings = read(file);
        settings.change(Map.of("timeout", "3", "requirepass", "a \"b\"", "maxclients", "9"));
        settings.rewriteFile();
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "# top",
                        "port 7",
                        "",
                        "timeout 3",
                        "# middle",
                        "INCLUDE b.conf",
                        "# Generated by CONFIG REWRITE",
                        "maxclients 9",
                        "requirepass \"a \\\"b\\\"\"");
        Settings again = read(file);
        assertThat(again.password()).isEqualTo("a \"b\"");
        assertThat(again.mostClients()).isEqualTo(9);
        again.rewriteFile();
        assertThat(Files.readAllLines(file)).containsOnlyOnce("# Generated by CONFIG REWRITE");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("a.conf", "b.conf");
    }
}
