package org.nr4j.examples.nrfs;

/**
 * The properties of a file or directory, at one moment.
 *
 * @param directory whether it is a directory
 * @param size of a file: its bytes, including holes; of a directory: how many names are in it
 * @param stored how many bytes of memory each replica uses for its contents; holes take none
 */
public record FileStat(boolean directory, long size, long stored) {}
