/**
 * NrFS, a file system in memory, over several logs. Operations on one file have nothing to do with those on others, and
 * run side by side; a rename touches two directories and a file, and is one step all the same.
 *
 * <p>{@link org.nr4j.examples.nrfs.NrFs} is what a program uses. {@link org.nr4j.examples.nrfs.Volume} is one replica,
 * {@link org.nr4j.examples.nrfs.FsOp} what can be done with it, and to which logs that belongs.
 */
package org.nr4j.examples.nrfs;
