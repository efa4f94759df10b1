/** What the programs with options have in common: reading the command line, and knowing whether a person looks on. */
package org.nr4j.examples.command;
