/**
 * What the programs with options have in common: reading the command line, knowing whether a person looks on, and
 * saying how far they have come.
 */
package org.nr4j.examples.command;
