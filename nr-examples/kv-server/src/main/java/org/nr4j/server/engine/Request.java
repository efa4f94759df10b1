package org.nr4j.server.engine;

import org.nr4j.server.command.Command;

/**
 * A command with its arguments, for a database.
 *
 * @param arguments with the command's name
 */
public record Request(Command command, byte[][] arguments, int database) {}
