package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.server.config.Settings;

@Timeout(60)
class AclTest extends WithServer {
    private static final String NO_COMMAND = "-NOPERM this user has no permissions to run the '%s' command";
    private static final String NO_KEY =
            "-NOPERM this user has no permissions to access one of the keys used as arguments";

    private RespClient logIn(String user, String password) throws IOException {
        RespClient other = new RespClient(server.address());
        assertThat(other.call("AUTH", user, password)).isEqualTo("OK");
        return other;
    }

    @Test
    void user_mayDoWhatTheRulesAllowAndNoMore() throws IOException {
        client.line("ACL SETUSER alice on >secret ~a:* %R~shared:* &news:* +@string -getdel +publish (+lpush ~jobs)");
        try (RespClient alice = logIn("alice", "secret")) {
            assertThat(alice.call("ACL", "WHOAMI")).isEqualTo(String.format(NO_COMMAND, "acl|whoami"));
            assertThat(alice.call("SET", "a:1", "x")).isEqualTo("OK");
            assertThat(alice.call("SET", "b", "x")).isEqualTo(NO_KEY);
            assertThat(alice.call("GET", "shared:1")).isNull();
            assertThat(alice.call("SET", "shared:1", "x")).isEqualTo(NO_KEY);
            assertThat(alice.call("GETDEL", "a:1")).isEqualTo(String.format(NO_COMMAND, "getdel"));
            assertThat(alice.call("LPUSH", "jobs", "x")).isEqualTo(1L);
            assertThat(alice.call("LPUSH", "a:2", "x")).isEqualTo(NO_KEY);
            assertThat(alice.call("PUBLISH", "news:1", "x")).isEqualTo(0L);
            assertThat(alice.call("PUBLISH", "other", "x").toString()).startsWith("-NOPERM this user has no perm");
        }
    }

    @Test
    void change_holdsForClientsThatAreLoggedIn() throws IOException {
        client.line("ACL SETUSER bob on nopass +@all ~* &*");
        try (RespClient bob = logIn("bob", "any")) {
            assertThat(bob.call("SET", "k", "v")).isEqualTo("OK");
            client.line("ACL SETUSER bob -set");
            assertThat(bob.call("SET", "k", "v")).isEqualTo(String.format(NO_COMMAND, "set"));
            assertThat(bob.call("GET", "k")).isEqualTo("v");
            assertThat(bob.call("SUBSCRIBE", "c")).isInstanceOf(List.class);
            client.line("ACL SETUSER bob resetchannels");
            assertThat(bob.isClosedByServer()).isTrue();
        }
    }

    @Test
    void keyThatAResultIsStoredAt_needsItsRights() throws IOException {
        client.line("ACL SETUSER bob on nopass +@all ~in");
        try (RespClient bob = logIn("bob", "any")) {
            assertThat(bob.line("GEORADIUS in 0 0 1 km STORE in")).isEqualTo(":0\r\n");
            assertThat(bob.call("GEORADIUS", "in", "0", "0", "1", "km", "STORE", "out"))
                    .isEqualTo(NO_KEY);
            // The last one counts, for the command and so for the rights.
            assertThat(bob.call("GEORADIUS", "in", "0", "0", "1", "km", "STORE", "in", "STOREDIST", "out"))
                    .isEqualTo(NO_KEY);
            assertThat(bob.call("SORT", "in", "STORE", "in", "STORE", "out")).isEqualTo(NO_KEY);
        }
    }

    @Test
    void deletedUser_losesItsConnections() throws IOException {
        client.line("ACL SETUSER bob on nopass +@all ~*");
        try (RespClient bob = logIn("bob", "any")) {
            assertThat(client.line("ACL DELUSER bob nobody")).isEqualTo(":1\r\n");
            assertThat(bob.isClosedByServer()).isTrue();
        }
    }

    @Test
    void transaction_isRefusedWhatItsUserMayNoLongerDo() throws IOException {
        client.line("ACL SETUSER bob on nopass +@all ~*");
        try (RespClient bob = logIn("bob", "any")) {
            bob.call("MULTI");
            bob.call("SET", "k", "v");
            client.line("ACL SETUSER bob -set");
            assertThat(bob.call("EXEC").toString()).startsWith("-EXECABORT Transaction discarded because of: NOPERM");
            assertThat(client.call("EXISTS", "k")).isEqualTo(0L);
            bob.call("MULTI");
            assertThat(bob.call("SET", "k", "v")).isEqualTo(String.format(NO_COMMAND, "set"));
            assertThat(bob.call("EXEC").toString()).startsWith("-EXECABORT");
        }
    }

    @Test
    void denials_areLoggedAndAlikeOnesCounted() throws IOException {
        client.line("ACL SETUSER bob on nopass +get ~a");
        try (RespClient bob = logIn("bob", "any")) {
            bob.call("GET", "b");
            bob.call("GET", "b");
            bob.call("PING");
        }
        client.call("AUTH", "nobody", "x");
        List<?> log = (List<?>) client.call("ACL", "LOG");
        assertThat(log).hasSize(3);
        List<?> latest = (List<?>) log.get(0);
        assertThat(latest.subList(0, 10))
                .isEqualTo(List.of(
                        "count", 1L, "reason", "auth", "context", "toplevel", "object", "AUTH", "username", "nobody"));
        assertThat(((List<?>) log.get(1)).subList(2, 4)).isEqualTo(List.of("reason", "command"));
        assertThat(((List<?>) log.get(2)).subList(0, 10))
                .isEqualTo(
                        List.of("count", 2L, "reason", "key", "context", "toplevel", "object", "b", "username", "bob"));
        assertThat(client.line("ACL LOG RESET")).isEqualTo("+OK\r\n");
        assertThat((List<?>) client.call("ACL", "LOG")).isEmpty();
    }

    @Test
    void requirepass_isThePasswordOfTheDefaultUser() throws IOException {
        client.line("CONFIG SET requirepass secret");
        try (RespClient other = new RespClient(server.address())) {
            assertThat(other.call("PING")).isEqualTo("-NOAUTH Authentication required.");
            client.line("CONFIG SET requirepass other");
            assertThat(other.call("AUTH", "secret").toString()).startsWith("-WRONGPASS");
            assertThat(other.call("AUTH", "other")).isEqualTo("OK");
            assertThat(other.call("PING")).isEqualTo("PONG");
        }
        client.call("CONFIG", "SET", "requirepass", "");
        try (RespClient other = new RespClient(server.address())) {
            assertThat(other.call("PING")).isEqualTo("PONG");
        }
    }

    // ---- the file ----

    @Test
    void file_isLoadedAndSaved(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(
                directory.resolve("users.acl"),
                "user default off\n\nuser carol on #" + "0".repeat(64) + " >pass ~* +@all (-@all +get ~x)\n");
        restart("--port", "0", "--aclfile", file.toString());
        assertThat(client.call("PING")).isEqualTo("-NOAUTH Authentication required.");
        assertThat(client.call("AUTH", "carol", "pass")).isEqualTo("OK");
        assertThat(client.line("ACL SETUSER dave on nopass ~d* &* -@all +get")).isEqualTo("+OK\r\n");
        assertThat(client.line("ACL SAVE")).isEqualTo("+OK\r\n");
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(3).contains("user dave on nopass ~d* &* -@all +get");
        Files.write(file, lines.subList(0, 1));
        assertThat(client.line("ACL LOAD")).isEqualTo("+OK\r\n");
        assertThat(client.line("ACL USERS")).isEqualTo("*2\r\n$5\r\ncarol\r\n$7\r\ndefault\r\n");
        Files.writeString(file, "user dave +nosuch\n");
        assertThat(client.call("ACL", "LOAD").toString())
                .contains(":1: ", "Unknown command or category name in ACL", "no change");
        assertThat(client.line("ACL USERS")).isEqualTo("*2\r\n$5\r\ncarol\r\n$7\r\ndefault\r\n");
    }

    @Test
    void users_canBeInTheConfiguration() throws IOException {
        restart("--port", "0", "--user", "erin on >pass ~* +@all -flushall", "--user", "default off");
        assertThat(client.call("HELLO", "3", "AUTH", "erin", "pass")).isInstanceOf(List.class);
        assertThat(client.call("FLUSHALL")).isEqualTo(String.format(NO_COMMAND, "flushall"));
        assertThat(client.call("ACL", "WHOAMI")).isEqualTo("erin");
    }

    @Test
    void wrongUsers_stopTheStart() {
        assertThatThrownBy(() -> KeyValueServer.start(Settings.parse(List.of("--port", "0", "--user", "x +nosuch"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Unknown command or category name in ACL");
        assertThatThrownBy(() -> Settings.parse(List.of("--user", "x on", "--aclfile", "f")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("users must come from the ACL file or from the configuration");
    }
}
