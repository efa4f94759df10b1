package org.nr4j.server.command;

/** Takes what each command does. */
@FunctionalInterface
public interface Binder {
    /** Notes what the command of a name does. */
    void bind(String name, Command.Body body);
}
