package org.nr4j.bench.report;

/** The parts that all pages share: a head with the style in it, and an end. */
final class Page {
    private Page() {}

    static void open(StringBuilder html, String title) {
        html.append("<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>")
                .append("<meta name='viewport' content='width=device-width,initial-scale=1'>")
                .append("<meta name='color-scheme' content='light dark'><title>")
                .append(Text.escape(title))
                .append("</title><style>")
                .append(HtmlReport.resource("report.css"))
                .append("</style></head><body><main>\n");
    }

    static void close(StringBuilder html) {
        html.append("</main></body></html>\n");
    }
}
