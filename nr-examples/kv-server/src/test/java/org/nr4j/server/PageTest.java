package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.server.config.Settings;

/** Uses the page in a browser. */
@Tag("browser")
@Timeout(180)
class PageTest {
    private static final String NAMES = "[...document.querySelectorAll('#key-list .name')].map(e => e.textContent)";
    private static final String MESSAGE = "document.getElementById('message').textContent";
    private static final String SCRIPT = "<img src=x onerror=\"document.title='broken'\">";
    private static final int DOWN = 40;

    @TempDir
    Path profile;

    private KeyValueServer server;
    private RespClient redis;

    @BeforeEach
    void start() throws IOException {
        server = KeyValueServer.start(Settings.parse(List.of("--port", "0")));
        redis = new RespClient(server.address());
    }

    @AfterEach
    void stop() throws IOException {
        redis.close();
        server.close();
    }

    private static String textOf(String selector) {
        return "document.querySelector(\"" + selector + "\").textContent";
    }

    private static void click(Chromium browser, String selector) throws Exception {
        browser.evaluate("document.querySelector(\"" + selector + "\").click()");
    }

    private static void fill(Chromium browser, String id, String text) throws Exception {
        browser.evaluate("document.getElementById('" + id + "').value = \"" + text + "\"");
    }

    @Test
    void page_showsAndChangesKeys() throws Exception {
        redis.call("SET", "a\0", SCRIPT);
        redis.call("HSET", "h", SCRIPT, "v\u00ff");
        redis.call("SET", SCRIPT, "1");
        try (Chromium browser = Chromium.start(profile)) {
            browser.open(new HttpRequests(server).uri("/ui/"));
            browser.await(NAMES, SCRIPT + ",a\\x00,h");
            browser.await("document.body.className", "live");
            browser.await(textOf("#figure-keys .value") + ".trim()", "3");

            // A string, chosen by the keyboard.
            browser.evaluate("document.querySelector('#key-list button').focus()");
            browser.press("ArrowDown", DOWN);
            browser.await("document.activeElement.querySelector('.name').textContent", "a\\x00");
            click(browser, "#key-list li:nth-child(2) button");
            browser.await("document.getElementById('edit-value').value", SCRIPT);
            fill(browser, "edit-value", "new\\\\x00\u00e4");
            fill(browser, "edit-ttl", "500");
            click(browser, "#edit button");
            browser.await(MESSAGE, "Saved.");
            assertThat(redis.call("GET", "a\0")).isEqualTo("new\0\u00c3\u00a4");
            assertThat((Long) redis.call("TTL", "a\0")).isBetween(400L, 500L);

            // Another client is faster.
            redis.call("SET", "a\0", "theirs");
            click(browser, "#edit button");
            browser.await(MESSAGE, "Somebody else has changed the value. Reload it.");
            assertThat(redis.call("GET", "a\0")).isEqualTo("theirs");

            // A hash.
            click(browser, "#key-list li:nth-child(3) button");
            browser.await(textOf("#value-type"), "hash");
            browser.await("[...document.querySelectorAll('#elements td')].map(e => e.textContent)", SCRIPT + ",v\\xff");

            assertThat(browser.evaluate("document.title")).isEqualTo("nr4j server");
            assertThat(browser.evaluate("document.querySelectorAll('main img').length"))
                    .isEqualTo("0");
            assertThat(browser.complaints())
                    .filteredOn(text -> !text.contains("412") && !text.contains("/v1/slow-commands"))
                    .isEmpty();
        }
    }

    @Test
    void page_findsKeysInPages() throws Exception {
        for (int i = 100; i < 180; i++) {
            redis.call("SET", "item:" + i, "v");
        }
        redis.call("SET", "other", "v");
        try (Chromium browser = Chromium.start(profile)) {
            browser.open(new HttpRequests(server).uri("/ui/"));
            browser.await(NAMES + ".length", "50");
            fill(browser, "prefix", "item:1");
            fill(browser, "from", "item:110");
            click(browser, "#search button");
            browser.await(NAMES + "[0]", "item:110");
            click(browser, "#next-page");
            browser.await(NAMES + ".length", "20");
            assertThat(browser.evaluate(NAMES + "[19]")).isEqualTo("item:179");
            assertThat(browser.evaluate("document.getElementById('next-page').disabled"))
                    .isEqualTo("true");
            click(browser, "#first-page");
            browser.await(NAMES + "[0]", "item:110");

            click(browser, "#new-key");
            fill(browser, "edit-key", "item:110");
            click(browser, "#edit button");
            browser.await(MESSAGE, "The key exists already.");
            fill(browser, "edit-key", "item:1");
            click(browser, "#edit button");
            browser.await(MESSAGE, "Saved.");
            browser.evaluate("window.confirm = () => true");
            click(browser, "#delete-key");
            browser.await(MESSAGE, "Deleted.");
            assertThat(redis.call("EXISTS", "item:1", "item:110")).isEqualTo(1L);
        }
    }
}
