/**
 * Shared by the programs with options: parsing the command line, finding out whether the output is a terminal, and
 * showing progress.
 */
package org.nr4j.examples.command;
