/**
 * NrFS, a file system in memory, over several logs. Operations on different files are independent and run side by side.
 * A rename involves two directories and a file, and is one step all the same.
 *
 * <p>{@link org.nr4j.examples.nrfs.NrFs} is the class that a program uses. {@link org.nr4j.examples.nrfs.Volume} is one
 * replica. {@link org.nr4j.examples.nrfs.FsOp} defines the operations and their logs.
 */
package org.nr4j.examples.nrfs;
