package org.nr4j.examples;

/** Placeholder of the demo program. */
public final class Demo {
    private Demo() {}

    public static void main(String[] args) {
        System.out.println("nr4j demo " + String.join(" ", args));
        if (args.length > 0 && args[0].equals("--no-such-option")) {
            System.exit(2);
        }
    }
}
