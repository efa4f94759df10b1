package org.nr4j.examples.nrfs;

/**
 * What is known of a file or directory, at one moment.
 *
 * @param directory whether it is a directory
 * @param size of a file, in bytes, holes included; of a directory, how many names are in it
 * @param stored how many bytes of memory each replica has for its contents; holes take none
 */
public record FileStat(boolean directory, long size, long stored) {}
